BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $original = Join-Path $TestDrive original
    $null = New-ModelSession ([LineModel]) -Directory $original | Invoke-ModelTraining (Import-ModelDataset) -Steps 3 -CheckpointInterval 1
}

Describe 'Remove-ModelCheckpoint' {
    BeforeEach {
        $folder = Join-Path $TestDrive ([guid]::NewGuid())
        Copy-Item $original $folder -Recurse
    }

    It 'removes all files of a checkpoint' {
        Remove-ModelCheckpoint $folder/model.ckpt-2
        (Get-ModelCheckpoint $folder).Iteration | Should -Be 1, 3
        Get-ChildItem $folder -Filter model.ckpt-2* | Should -BeNullOrEmpty
    }

    It 'leaves a state file that is true' {
        Remove-ModelCheckpoint $folder/model.ckpt-3
        (Get-ModelCheckpoint $folder -Newest).Iteration | Should -Be 2
        $warnings = $null
        (Restore-ModelSession $folder -WarningVariable warnings).Iteration | Should -Be 2
        $warnings | Should -BeNullOrEmpty
        Get-Content $folder/checkpoint -Raw | Should -Not -BeLike '*ckpt-3*'
    }

    It 'takes checkpoints from the pipeline, patterns and literal paths' {
        Get-ModelCheckpoint $folder | Where-Object Iteration -LT 3 | Remove-ModelCheckpoint
        (Get-ModelCheckpoint $folder).Iteration | Should -Be 3
        Remove-ModelCheckpoint -LiteralPath $folder/model.ckpt-3
        Get-ChildItem $folder | Should -BeNullOrEmpty
        Copy-Item $original/* $folder
        Remove-ModelCheckpoint $folder/model.ckpt-*
        Get-ModelCheckpoint $folder | Should -BeNullOrEmpty
    }

    It 'takes all files of a checkpoint, one after the other' {
        $failures = $null
        (Get-ChildItem $folder/model.ckpt-2.*) | Remove-ModelCheckpoint -ErrorVariable failures
        $failures | Should -BeNullOrEmpty
        (Get-ModelCheckpoint $folder).Iteration | Should -Be 1, 3
    }

    It 'removes nothing of a folder that is given' {
        { Remove-ModelCheckpoint $folder -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointInvalid,*'
        Get-ModelCheckpoint $folder | Should -HaveCount 3
    }

    It 'removes a protected one only by force' {
        Protect-ModelCheckpoint $folder/model.ckpt-1
        { Remove-ModelCheckpoint $folder/model.ckpt-1 -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointProtected,*'
        Get-ModelCheckpoint $folder | Should -HaveCount 3
        Remove-ModelCheckpoint $folder/model.ckpt-1 -Force
        Get-ModelCheckpoint $folder | Should -HaveCount 2
    }

    It 'removes nothing with -WhatIf' {
        Remove-ModelCheckpoint $folder/model.ckpt-* -WhatIf
        Get-ModelCheckpoint $folder | Should -HaveCount 3
    }

    It 'goes on where one is not there' {
        $failures = $null
        Remove-ModelCheckpoint $folder/model.ckpt-7, $folder/model.ckpt-1 -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
        (Get-ModelCheckpoint $folder).Iteration | Should -Be 2, 3
    }
}
