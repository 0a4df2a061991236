BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
}

Describe 'Protect-ModelCheckpoint' {
    It 'keeps a checkpoint when newer ones are saved' {
        $folder = Join-Path $TestDrive kept
        $data = Import-ModelDataset
        $session = New-ModelSession ([LineModel]) -Directory $folder | Invoke-ModelTraining $data -Steps 2 -CheckpointInterval 1
        Protect-ModelCheckpoint $folder/model.ckpt-1 | Should -BeNullOrEmpty
        $null = $session | Invoke-ModelTraining $data -Steps 6 -CheckpointInterval 1
        $left = Get-ModelCheckpoint $folder
        $left.Iteration | Should -Be 1, 4, 5, 6, 7, 8
        $left.IsKept | Should -Be $true, $false, $false, $false, $false, $false
        Get-ModelCheckpoint $folder | Out-String -Width 120 | Should -Match 'model\.ckpt-1 +1 +\d+ \w+ +\d+\.\d kB +\*'
    }

    It 'takes a folder for its newest, checkpoints from the pipeline, and emits them on demand' {
        $folder = Join-Path $TestDrive piped
        $session = New-ModelSession ([LineModel])
        $saved = $session | Save-ModelCheckpoint $folder
        ($saved | Protect-ModelCheckpoint -PassThru).IsKept | Should -BeTrue
        $null = $saved | Unprotect-ModelCheckpoint
        (Protect-ModelCheckpoint $folder -PassThru).Name | Should -Be 'model.ckpt-0'
    }

    It 'does nothing with -WhatIf' {
        $saved = New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/whatif
        $saved | Protect-ModelCheckpoint -WhatIf
        (Get-ModelCheckpoint TestDrive:/whatif).IsKept | Should -BeFalse
    }

    It 'fails where there is none' {
        { Protect-ModelCheckpoint ./nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointNotFound,*'
    }
}
