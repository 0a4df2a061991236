BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
    $folder = Join-Path $TestDrive model
    $session = New-ModelSession ([LineModel]) -Seed 3 -Directory $folder |
        Invoke-ModelTraining $data -Steps 20 -ReportInterval 10 -ValidationInterval 20 -LearningRate 0.1 -CheckpointInterval 10 |
        Invoke-ModelTraining $data -Steps 5 -BatchSize 20 -NoShuffle
    $checkpoint = $session | Save-ModelCheckpoint
}

Describe 'Get-ModelHistory' {
    It 'tells what a session was trained with, call by call' {
        $runs = $session | Get-ModelHistory
        $runs | Should -HaveCount 2
        $runs[0].PSTypeNames[0] | Should -Be ModelSessions.TrainingRun
        $runs.Number | Should -Be 1, 2
        $runs.LastIteration | Should -Be 20, 25
        $runs.BatchSize | Should -Be 50, 20
        $runs.Shuffle | Should -Be $true, $false
        $runs[0].StopReason | Should -Be Completed
        $runs[0].Fingerprint | Should -Be $data.Train.Fingerprint
        $runs[0].Hyperparameters.Name | Should -Be learning_rate
        $runs[0].Checkpoints | Should -Be model.ckpt-10, model.ckpt-20
    }

    It 'reads it from a checkpoint, a folder and a restored session' {
        ($checkpoint | Get-ModelHistory).Number | Should -Be 1, 2
        ($folder | Get-ModelHistory).Number | Should -Be 1, 2
        (Get-Item $folder | Get-ModelHistory).Number | Should -Be 1, 2
        (Get-ModelHistory $folder).Number | Should -Be 1, 2
        (Get-ModelHistory $folder/model.ckpt-10).LastIteration | Should -Be 10
        (Get-ModelHistory $folder/model.ckpt-10).StopReason | Should -BeNullOrEmpty
        (Restore-ModelSession $folder | Get-ModelHistory).LastIteration | Should -Be 20, 25
        Push-Location $folder
        try {
            Get-ModelHistory | Should -HaveCount 2
        }
        finally {
            Pop-Location
        }
    }

    It 'gives rows of losses and metrics with -Points' {
        $points = $session | Get-ModelHistory -Points
        $points | Should -HaveCount 25
        $points[0].PSObject.Properties.Name | Should -Be Run, Iteration, Loss, BatchAccuracy, BatchLoss, ValidationAccuracy, ValidationLoss
        $points[24].Run, $points[24].Iteration | Should -Be 2, 25
        ($points | Where-Object BatchAccuracy).Iteration | Should -Be 10, 20
        ($points | Where-Object ValidationLoss).Iteration | Should -Be 20
    }

    It 'is fit for CSV and JSON' {
        $session | Get-ModelHistory | Export-Csv TestDrive:/runs.csv
        $runs = Import-Csv TestDrive:/runs.csv
        $runs[0].Hyperparameters | Should -Be 'learning_rate: 0.1'
        $runs[0].Checkpoints | Should -Be 'model.ckpt-10; model.ckpt-20'
        $runs[1].LastIteration | Should -Be 25
        $session | Get-ModelHistory -Points | Export-Csv TestDrive:/points.csv
        $points = Import-Csv TestDrive:/points.csv
        $points | Should -HaveCount 25
        [double]$points[19].ValidationAccuracy | Should -BeGreaterThan 0.1

        $json = $session | Get-ModelHistory | ConvertTo-Json -Depth 3 -WarningVariable warnings | ConvertFrom-Json
        $warnings | Should -BeNullOrEmpty
        $json[0].StopReason | Should -BeExactly Completed
        $json[0].Points[9].BatchAccuracy | Should -BeGreaterThan 0.1
        $json[0].Hyperparameters[0].Start | Should -Be 0.1
        $json[0].Checkpoints | Should -Be model.ckpt-10, model.ckpt-20
    }

    It 'goes whole into Clixml and back' {
        $session | Get-ModelHistory | Export-Clixml TestDrive:/runs.xml
        $runs = Import-Clixml TestDrive:/runs.xml
        $runs.StopReason | Should -Be Completed, Completed
        $runs[0].Duration | Should -BeOfType timespan
        $runs[0].Hyperparameters[0].Start | Should -Be 0.1
        $runs[0].Points | Should -HaveCount 20
        $runs[0].Points[19].ValidationLoss | Should -BeGreaterThan 0
        $runs[0].Checkpoints | Should -Be model.ckpt-10, model.ckpt-20
    }

    It 'shows a line a run, with the course of the loss' {
        $shown = $session | Get-ModelHistory | Out-String -Width 160
        $shown | Should -Match '1 .* 0 → 20 .*Completed.*[▁▂▃▄▅▆▇█]{5}'
        $shown | Should -Match '2 .* 20 → 25 '
    }

    It 'gives nothing for a session that was never trained, and says if there is no checkpoint' {
        New-ModelSession ([LineModel]) | Get-ModelHistory | Should -BeNullOrEmpty
        { Get-ModelHistory TestDrive:/nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointNotFound,*'
    }
}
