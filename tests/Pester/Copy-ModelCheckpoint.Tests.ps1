BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $folder = Join-Path $TestDrive checkpoints
    $null = New-ModelSession ([LineModel]) -Directory $folder | Invoke-ModelTraining (Import-ModelDataset) -Steps 3 -CheckpointInterval 1
}

Describe 'Copy-ModelCheckpoint' {
    It 'copies a checkpoint and its graph into a folder, which it makes' {
        Copy-ModelCheckpoint $folder/model.ckpt-2 TestDrive:/one | Should -BeNullOrEmpty
        (Get-ModelCheckpoint TestDrive:/one).Name | Should -Be 'model.ckpt-2'
        (Restore-ModelSession TestDrive:/one).Iteration | Should -Be 2
        Get-ModelCheckpoint $folder | Should -HaveCount 3
    }

    It 'emits the copy on demand' {
        $copy = Copy-ModelCheckpoint $folder/model.ckpt-2 TestDrive:/passed -PassThru
        $copy | Should -BeOfType ModelSessions.CheckpointInfo
        $copy.Prefix | Should -Be (Join-Path $TestDrive passed model.ckpt-2)
        $copy.IsNewest | Should -BeTrue
    }

    It 'takes a folder for its newest, a pattern, and checkpoints from the pipeline' {
        (Copy-ModelCheckpoint $folder TestDrive:/newest -PassThru).Iteration | Should -Be 3
        Copy-ModelCheckpoint $folder/model.ckpt-* TestDrive:/all
        (Get-ModelCheckpoint TestDrive:/all).Iteration | Should -Be 1, 2, 3
        Get-ModelCheckpoint $folder -Iteration 1, 3 | Copy-ModelCheckpoint -Destination TestDrive:/some
        (Get-ModelCheckpoint TestDrive:/some).Iteration | Should -Be 1, 3
    }

    It 'names the copy as asked, and protects it' {
        $best = Copy-ModelCheckpoint $folder/model.ckpt-1 TestDrive:/best -Name best -Keep -PassThru
        $best.Name | Should -Be 'best'
        (Get-ModelCheckpoint TestDrive:/best).IsKept | Should -BeTrue
        (Restore-ModelSession TestDrive:/best/best).Iteration | Should -Be 1
    }

    It 'refuses one name for two' {
        $failures = $null
        Get-ModelCheckpoint $folder -Iteration 1, 2 | Copy-ModelCheckpoint -Destination TestDrive:/twice -Name best -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        (Restore-ModelSession TestDrive:/twice/best).Iteration | Should -Be 1
    }

    It 'refuses a copy onto itself, and a name that leaves the folder' {
        { Copy-ModelCheckpoint $folder/model.ckpt-1 $folder -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointInvalid,*'
        { Copy-ModelCheckpoint $folder/model.ckpt-1 TestDrive:/named -Name ../escape -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'goes on where one is not there' {
        $failures = $null
        $copies = Copy-ModelCheckpoint $folder/model.ckpt-7, $folder/model.ckpt-3 TestDrive:/going -PassThru -ErrorAction SilentlyContinue -ErrorVariable failures
        $copies.Iteration | Should -Be 3
        $failures.FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
    }

    It 'writes nothing with -WhatIf' {
        Copy-ModelCheckpoint $folder TestDrive:/whatif -WhatIf
        'TestDrive:/whatif' | Should -Not -Exist
    }
}
