# What rows with a category become, and what a model that learns from them says: values, and rows of values.
function Get-RowsOfEach {
    'age,city,income', '30,Bern,1', '41,Genf,2', '25,Bern,0.5', '52,Chur,3' | Set-Content ./rows.csv
    $rows = Import-ModelDataset Rows ./rows.csv -LabelColumn income
    $line = New-ModelSession LinearRegression -Inputs 4 -Seed 1
    $line | Invoke-ModelTraining $rows -Steps 2 -BatchSize 2 | Out-Null
    $rows
    $rows.Contract
    $rows.Contract.Columns[1]
    $line
    (Invoke-ModelPrediction $rows.Train $line)[0]
    (Invoke-ModelPrediction $rows.Train (New-ModelSession { param($g) $x = $g.Placeholder('Float32', @(-1, 4), 'x'); @{ inputs = $x; predictions = $g.Reshape($x, [long[]](-1, 2, 2)) } }))[0]
}

# One object of every kind that cmdlets emit, by type, from a small model in a folder of the test's own.
function Get-OneOfEach([string] $Folder) {
    Push-Location $Folder
    try {
        $data = Import-ModelDataset Mnist
        $session = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Directory ./checkpoint -Seed 1
        $session | Invoke-ModelTraining $data.Validation -Steps 4 -BatchSize 10 | Out-Null
        $checkpoint = $session | Save-ModelCheckpoint
        $other = $session | Save-ModelCheckpoint ./other
        @(
            $session
            $session.LastRun
            $session.Hyperparameters[0]
            $data
            $data.Test
            $data.Test.Contract
            $checkpoint
            $checkpoint | Test-ModelCheckpoint
            ($checkpoint | Get-GraphTensor)[0]
            (Compare-ModelCheckpoint $checkpoint $other -IncludeEqual)[0]
            $session | Restore-ModelCheckpoint $checkpoint
            $session | Get-GraphTensor loss
            ($session | Get-GraphTensor -Variable -IncludeValue -Statistics)[0]
            $session.ReadVariable($session.Variables[0].Name)
            $session.Variables[0]
            $session | Get-GraphOperation loss
            $session.Operation('loss')
            ($session | Get-GraphCollection)[0]
            $session | Test-Model $data.Validation
            $session | Export-ModelGraph ./model.pb -Frozen -Output predictions -PassThru
            (Get-SavedModel (Export-ModelGraph ./saved -Session $session -Format SavedModel -PassThru).Path)[0]
            (Get-ModelSignature ./saved)[0]
            $session.History.Runs[0]
            ($session | Invoke-ModelSession iteration -Trace)[0]
            $session | Measure-Model -Count 1 -WarmUp 0
            ($session | Invoke-ModelPrediction $data.Test)[0]
            [ModelSessions.Training.Schedule]::Constant(0.1)
            New-ModelSchedule -Cosine -Initial 0.1 -DecaySteps 100
            Get-RowsOfEach
        ) | Where-Object { $null -ne $_ }
    }
    finally {
        Pop-Location
    }
}
