BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Golden.ps1
    $folder = Join-Path $TestDrive checkpoints
    $null = New-ModelSession ([LineModel]) -Directory $folder | Invoke-ModelTraining (Import-ModelDataset) -Steps 3 -CheckpointInterval 1
    $damaged = Join-Path $TestDrive damaged
    Copy-Item $folder $damaged -Recurse
    $data = Join-Path $damaged model.ckpt-2.data-00000-of-00001
    $bytes = [IO.File]::ReadAllBytes($data)
    $bytes[10000] = $bytes[10000] -bxor 1
    [IO.File]::WriteAllBytes($data, $bytes)
    [IO.File]::WriteAllBytes((Join-Path $damaged model.ckpt-3.index), [byte[]]::new(100))
}

Describe 'Test-ModelCheckpoint' {
    It 'finds sound checkpoints sound' {
        $tests = Test-ModelCheckpoint $folder
        $tests.Name | Should -Be 'model.ckpt-1', 'model.ckpt-2', 'model.ckpt-3'
        $tests.IsSound | Should -Not -Contain $false
        $tests[0].TensorCount | Should -BeGreaterThan 2
    }

    It 'tells what is wrong with damaged ones, those that Get-ModelCheckpoint leaves out too' {
        $tests = Test-ModelCheckpoint $damaged | Sort-Object Name
        $tests.IsSound | Should -Be $true, $false, $false
        $tests[1].Faults[0].Tensor | Should -Be 'w'
        $tests[1].Faults[0].File | Should -Be $data
        $tests[2].Faults[0].Message | Should -Not -BeNullOrEmpty
    }

    It 'gives true or false with -Quiet' {
        Test-ModelCheckpoint $folder/model.ckpt-1, $damaged/model.ckpt-2, ./nowhere -Quiet | Should -Be $true, $false, $false
    }

    It 'takes checkpoints, files and patterns' {
        (Get-ModelCheckpoint $folder -Newest | Test-ModelCheckpoint).Name | Should -Be 'model.ckpt-3'
        (Get-ChildItem $folder | Test-ModelCheckpoint -Quiet) | Should -Be $true, $true, $true
        Test-ModelCheckpoint $folder/model.ckpt-* | Should -HaveCount 3
    }

    It 'fails where there is nothing' {
        { Test-ModelCheckpoint ./nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointNotFound,*'
    }

    It 'tests checkpoints of TensorFlow''s first format' {
        Test-ModelCheckpoint (Request-Golden checkpoints_v1/v1_sharded) -Quiet | Should -BeTrue
    }

    It 'shows a test on one line' {
        $text = Test-ModelCheckpoint $damaged | Out-String -Width 200
        $text | Should -Match 'model\.ckpt-1 +yes +\d+'
        $text | Should -Match 'model\.ckpt-2 +NO +\d+ w: .*checksum'
    }

    It 'shows a damaged one in a list with its faults' {
        Test-ModelCheckpoint $damaged/model.ckpt-2 | Format-List | Out-String -Width 200 | Should -Match 'Faults +: w: .*checksum'
    }

    It 'has the metrics of the model as properties, and shows them' {
        $part = (Import-ModelDataset).Validation
        $test = Test-ModelCheckpoint $folder/model.ckpt-3 -Data $part -Maximum @{ Accuracy = 0.000001 }
        $test.Accuracy, $test.Loss | Should -Be $test.Evaluation.Accuracy, $test.Evaluation.Loss
        $test | Out-String -Width 120 | Should -Match 'model\.ckpt-3 +yes +NO +accuracy 0\.\d{4} +\d+\.\d{4} +accuracy 0\.\d+, above 0\.000001'
        Test-ModelCheckpoint $damaged/model.ckpt-2 -Data $part | Out-String -Width 200 | Should -Match 'model\.ckpt-2 +NO +NO +w: .*checksum'
    }

    It 'tests the model, too, where data and limits are given' {
        $part = (Import-ModelDataset).Validation
        $test = Test-ModelCheckpoint $folder/model.ckpt-3 -Data $part -Minimum @{ Accuracy = 0.9999 }
        $test.IsSound | Should -BeTrue
        $test.Passed | Should -BeFalse
        $test.Evaluation.Count | Should -Be 1000
        $test.Missed.Metric | Should -Be 'accuracy'
        Test-ModelCheckpoint $folder/model.ckpt-3 -Data $part -Minimum @{ Accuracy = 0.01 } -Quiet | Should -BeTrue
        Test-ModelCheckpoint $damaged/model.ckpt-2 -Data $part -Minimum @{ Accuracy = 0.01 } -Quiet | Should -BeFalse
        { Test-ModelCheckpoint $folder -Minimum @{ Accuracy = 0.5 } -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
    }
}
