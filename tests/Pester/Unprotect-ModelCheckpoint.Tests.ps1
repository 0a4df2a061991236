BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $folder = Join-Path $TestDrive checkpoints
    $saved = New-ModelSession ([LineModel]) | Save-ModelCheckpoint $folder
}

Describe 'Unprotect-ModelCheckpoint' {
    It 'takes the protection back, so that the checkpoint counts again' {
        $saved | Protect-ModelCheckpoint
        Unprotect-ModelCheckpoint $folder/model.ckpt-0 | Should -BeNullOrEmpty
        (Get-ModelCheckpoint $folder).IsKept | Should -BeFalse
        Get-ChildItem $folder -Filter *.keep | Should -BeNullOrEmpty
    }

    It 'emits the checkpoint on demand' {
        $saved | Protect-ModelCheckpoint
        ($saved | Unprotect-ModelCheckpoint -PassThru).IsKept | Should -BeFalse
    }

    It 'does nothing with -WhatIf' {
        $saved | Protect-ModelCheckpoint
        $saved | Unprotect-ModelCheckpoint -WhatIf
        (Get-ModelCheckpoint $folder).IsKept | Should -BeTrue
    }
}
