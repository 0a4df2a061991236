BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $folder = Join-Path $TestDrive checkpoints
    $null = New-ModelSession ([LineModel]) -Directory $folder | Invoke-ModelTraining (Import-ModelDataset) -Steps 30 -CheckpointInterval 10
}

Describe 'Get-ModelCheckpoint' {
    It 'lists checkpoints, oldest first, and marks the newest' {
        $checkpoints = Get-ModelCheckpoint $folder
        $checkpoints.Name | Should -Be 'model.ckpt-10', 'model.ckpt-20', 'model.ckpt-30'
        $checkpoints.IsNewest | Should -Be $false, $false, $true
        $checkpoints.HasGraph | Should -Not -Contain $false
    }

    It 'looks in the current location by default' {
        Push-Location $folder
        try {
            Get-ModelCheckpoint | Should -HaveCount 3
        }
        finally {
            Pop-Location
        }
    }

    It 'takes folders from the pipeline, patterns and literal paths' {
        Get-Item $folder | Get-ModelCheckpoint | Should -HaveCount 3
        $folder | Get-ModelCheckpoint | Should -HaveCount 3
        Get-ModelCheckpoint TestDrive:/check* | Should -HaveCount 3
        Get-ModelCheckpoint -LiteralPath $folder | Should -HaveCount 3
    }

    It 'takes single checkpoints by prefix or by any file, each once' {
        $one = Get-ModelCheckpoint $folder/model.ckpt-30
        $one.Iteration | Should -Be 30
        $one.IsNewest | Should -BeTrue
        (Get-ModelCheckpoint $folder/model.ckpt-10.index).Iteration | Should -Be 10
        (Get-ModelCheckpoint $folder/model.ckpt-?0.*).Iteration | Should -Be 10, 20, 30
        (Get-ChildItem $folder -Filter model.ckpt-20* | Get-ModelCheckpoint).Iteration | Should -Be 20
    }

    It 'lists those of sessions' {
        $saved = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Directory $TestDrive/own
        $saved | Get-ModelCheckpoint | Should -BeNullOrEmpty
        $null = $saved | Save-ModelCheckpoint
        ($saved, (New-ModelSession Mnist -Layer1 2 -Layer2 2) | Get-ModelCheckpoint).Folder | Should -Be $saved.Directory
    }

    It 'takes those of some iterations, or the newest' {
        (Get-ModelCheckpoint $folder -Iteration 10, 30, 50 -ErrorAction SilentlyContinue -ErrorVariable failures).Iteration | Should -Be 10, 30
        $failures.FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
        (Get-ModelCheckpoint $folder -Newest).Iteration | Should -Be 30
    }

    It 'leaves out what is not whole, and tells of it' {
        $copy = Join-Path $TestDrive partial
        Copy-Item $folder $copy -Recurse
        Remove-Item (Join-Path $copy model.ckpt-20.data-00000-of-00001)
        (Get-ModelCheckpoint $copy -ErrorAction SilentlyContinue -ErrorVariable failures).Iteration | Should -Be 10, 30
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'CheckpointDamaged,*'
        $failures[0].TargetObject | Should -Be (Join-Path $copy model.ckpt-20)
        "$($failures[0])" | Should -BeLike '*data-00000-of-00001*Test-ModelCheckpoint*'
        # What is not asked for is not told of.
        (Get-ModelCheckpoint $copy -Newest -ErrorAction Stop).Iteration | Should -Be 30
        (Get-ModelCheckpoint $copy -Iteration 10 -ErrorAction Stop).Iteration | Should -Be 10
        Get-ModelCheckpoint $copy -Iteration 20 -ErrorAction SilentlyContinue -ErrorVariable failures | Should -BeNullOrEmpty
        $failures.FullyQualifiedErrorId | Should -BeLike 'CheckpointDamaged,*'
    }

    It 'gives nothing for a folder without checkpoints' {
        $null = New-Item -ItemType Directory TestDrive:/empty
        Get-ModelCheckpoint TestDrive:/empty | Should -BeNullOrEmpty
    }

    It 'fails where there is no folder, and goes on with the others' {
        $failures = $null
        Get-ModelCheckpoint ./nowhere, $folder -ErrorAction SilentlyContinue -ErrorVariable failures | Should -HaveCount 3
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
    }

    It 'shows checkpoints on one line each' {
        $text = Get-ModelCheckpoint $folder | Out-String -Width 120
        $text | Should -Match 'model\.ckpt-20 +20 +\d+ (s|min) +\d+\.\d kB'
        $text | Should -Match 'model\.ckpt-30 +30 +\d+ (s|min) +\d+\.\d kB \*'
    }
}
