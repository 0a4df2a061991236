Describe 'The tour' {
    It 'runs as it is printed, here with a small model' {
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive tour))
        try {
            $data = Import-ModelDataset Mnist
            $small = [ModelSessions.Data.ModelDataset]::new('small', $data.Validation, $null, $data.Validation)
            $s = New-ModelSession Mnist -Layer1 2 -Layer2 2
            $rates = 1e-3, 1e-4 | ForEach-Object { $s | Invoke-ModelTraining $small -LearningRate $_ -Epochs 1 -BatchSize 50 }
            $rates | Should -HaveCount 2
            $s.Iteration | Should -Be 40
            $result = $s | Save-ModelCheckpoint ./checkpoint | Restore-ModelSession | Test-Model $small
            $result.Count | Should -Be 1000
            $result.Iteration | Should -Be 40
            ($s | Get-GraphTensor train/*).Name | Should -Contain 'train/loss:0'
            $best = Get-ModelCheckpoint ./checkpoint | Test-Model $small | Sort-Object Accuracy -Descending
            $best[0].Checkpoint | Should -Be 'model.ckpt-40'
        }
        finally {
            Pop-Location
        }
    }
}
