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

    It 'goes on with files as it is printed' {
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive files))
        try {
            $s = New-ModelSession Mnist -Layer1 2 -Layer2 2
            $first = $s | Save-ModelCheckpoint ./checkpoint
            $second = $s | Invoke-ModelTraining (Import-ModelDataset).Validation -Steps 2 | Save-ModelCheckpoint
            (Get-ModelCheckpoint ./checkpoint -Newest | Get-GraphTensor *fc1*).Name | Should -Contain 'model/fc1/bias'
            Test-ModelCheckpoint ./checkpoint -Quiet | Should -Be $true, $true
            (Compare-ModelCheckpoint $first $second).Name | Should -Contain 'iteration'
            Copy-ModelCheckpoint ./checkpoint ./best -Name best -Keep
            ($s | Restore-ModelCheckpoint ./best -Include model/* -Partial).IsComplete | Should -BeTrue
            $s | Export-ModelGraph ./digits.pb -Frozen -Output predictions
            $s | Export-ModelGraph ./digits
            (Get-ModelSignature ./digits).Name | Should -Be 'serving_default'
            $image = , (@(0) * 784)
            $result = Restore-ModelSession ./digits | Invoke-ModelSession -Signature serving_default -Feed @{ inputs = $image }
            $expected = $result.predictions.ToArray()
            $teacher = $s | Import-ModelGraph ./digits.pb -Prefix teacher -InputMap @{ 'parameters/x:0' = 'inputs' } -ReturnElement model/probabilities:0
            ($s | Invoke-ModelSession $teacher.Name -Feed @{ inputs = $image; 'teacher/parameters/keep_probability' = 1 }).($teacher.Name).ToArray() | Should -Be $expected

            $story = [pscustomobject]@{ image = $s.Tensor('inputs'); digit = $s.Tensor('predictions') }
            $story | Export-ModelBinding ./story.json
            $t = Restore-ModelSession ./checkpoint
            ($t | Import-ModelBinding ./story.json).digit.Name | Should -Be $story.digit.Name
            $t | Set-GraphCollection notes 'first try', @{ rate = 1e-4 }
            @($t | Get-GraphCollection notes -ValueOnly)[0] | Should -Be 'first try'
        }
        finally {
            Pop-Location
        }
    }
}
