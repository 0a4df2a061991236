BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
}

Describe 'Save-ModelCheckpoint' {
    It 'writes the files of a checkpoint and emits it' {
        $folder = Join-Path $TestDrive saved
        $checkpoint = New-ModelSession ([LineModel]) | Save-ModelCheckpoint $folder
        $checkpoint | Should -BeOfType ModelSessions.CheckpointInfo
        $checkpoint.Prefix | Should -Be (Join-Path $folder model.ckpt-0)
        $checkpoint.Iteration | Should -Be 0
        (Get-ChildItem $folder).Name | Should -Be 'checkpoint', 'model.ckpt-0.data-00000-of-00001', 'model.ckpt-0.index', 'model.ckpt-0.meta'
    }

    It 'goes into the session''s folder by default' {
        $folder = Join-Path $TestDrive own
        $checkpoint = New-ModelSession ([LineModel]) -Directory $folder | Save-ModelCheckpoint
        $checkpoint.Folder | Should -Be $folder
    }

    It 'names files as asked' {
        $checkpoint = New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/named -Name digits
        $checkpoint.Name | Should -Be 'digits-0'
    }

    It 'is taken by Restore-ModelSession' {
        $session = New-ModelSession ([LineModel]) -Seed 3
        $restored = $session | Save-ModelCheckpoint TestDrive:/through | Restore-ModelSession
        $restored.ToString() | Should -Be $session.ToString()
    }

    It 'writes nothing with -WhatIf' {
        $folder = Join-Path $TestDrive whatif
        New-ModelSession ([LineModel]) | Save-ModelCheckpoint $folder -WhatIf | Should -BeNullOrEmpty
        $folder | Should -Not -Exist
    }

    It 'fails for a session without a folder, where none is given' {
        $failure = { New-ModelSession ([LineModel]) | Save-ModelCheckpoint -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointInvalid,*'
    }

    It 'fails where the folder is a file, and leaves that as it was' {
        Set-Content TestDrive:/file text
        $failure = { New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/file -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'Checkpoint*,*'
        Get-Content TestDrive:/file | Should -Be 'text'
    }

    It 'refuses a name with folders in it' {
        $failure = { New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/folder -Name ../escape -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointInvalid,*'
    }
}
