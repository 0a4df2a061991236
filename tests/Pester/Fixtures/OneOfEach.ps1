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
        ) | Where-Object { $null -ne $_ }
    }
    finally {
        Pop-Location
    }
}
