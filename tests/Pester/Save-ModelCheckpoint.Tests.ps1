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

    It 'warns before it saves into another model''s folder, which is an error for whoever wants it so' {
        $other = New-ModelSession SoftmaxRegression -Inputs 4 -Classes 3 | Save-ModelCheckpoint TestDrive:/shared
        $session = New-ModelSession ([LineModel])
        { $session | Save-ModelCheckpoint TestDrive:/shared -WarningAction Stop } | Should -Throw '*another model, SoftmaxRegression (*Inputs=4, Classes=3*'
        (Get-ModelCheckpoint TestDrive:/shared).Prefix | Should -Be $other.Prefix
        $null = $session | Save-ModelCheckpoint TestDrive:/shared -Name line -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        $null = $session | Save-ModelCheckpoint TestDrive:/shared -Name line -WarningVariable warnings
        $warnings | Should -HaveCount 0
        $trained = New-ModelSession SoftmaxRegression -Inputs 784 -Classes 10 -Directory TestDrive:/shared
        $null = $trained | Invoke-ModelTraining (Import-ModelDataset) -Steps 1 -BatchSize 2 -SaveOnStop -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike '*of another model, Line (Pixels=784)*'
    }

    It 'writes nothing with -WhatIf' {
        $folder = Join-Path $TestDrive whatif
        New-ModelSession ([LineModel]) | Save-ModelCheckpoint $folder -WhatIf | Should -BeNullOrEmpty
        $folder | Should -Not -Exist
    }

    It 'fails for a session without a folder, where none is given' {
        $failure = { New-ModelSession ([LineModel]) | Save-ModelCheckpoint -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'fails where the folder is a file, and leaves that as it was' {
        Set-Content TestDrive:/file text
        $failure = { New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/file -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'Checkpoint*,*'
        Get-Content TestDrive:/file | Should -Be 'text'
    }

    It 'refuses a name with folders in it' {
        $failure = { New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/folder -Name ../escape -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'names files by another number, padded, or none' {
        $session = New-ModelSession ([LineModel])
        ($session | Save-ModelCheckpoint TestDrive:/numbers -Iteration 12).Name | Should -Be 'model.ckpt-12'
        ($session | Save-ModelCheckpoint TestDrive:/numbers -Iteration 13 -PadIteration).Name | Should -Be 'model.ckpt-00000013'
        ($session | Save-ModelCheckpoint TestDrive:/numbers -NoIteration).Name | Should -Be 'model.ckpt'
    }

    It 'keeps as many as it is told, and protects one' {
        $session = New-ModelSession ([LineModel])
        $null = $session | Save-ModelCheckpoint TestDrive:/few -Iteration 1 -MaxToKeep 2 -Keep
        2..5 | ForEach-Object { $null = $session | Save-ModelCheckpoint TestDrive:/few -Iteration $_ -MaxToKeep 2 }
        (Get-ModelCheckpoint TestDrive:/few).Iteration | Should -Be 1, 4, 5
        $session.Savers | Should -HaveCount 2
    }

    It 'keeps as the session was told when it was made' {
        $session = New-ModelSession ([LineModel]) -MaxToKeep 1
        1..3 | ForEach-Object { $null = $session | Save-ModelCheckpoint TestDrive:/one -Iteration $_ }
        (Get-ModelCheckpoint TestDrive:/one).Iteration | Should -Be 3
    }

    It 'saves a part of the variables, or by other names' {
        $session = New-ModelSession ([LineModel])
        ($session | Save-ModelCheckpoint TestDrive:/part -Include w | Get-GraphTensor).Name | Should -Be 'w'
        ($session | Save-ModelCheckpoint TestDrive:/less -Exclude w | Get-GraphTensor).Name | Should -Not -Contain 'w'
        ($session | Save-ModelCheckpoint TestDrive:/renamed -Map @{ 'dense/kernel' = 'w' } | Get-GraphTensor).Name | Should -Be 'dense/kernel'
        { $session | Save-ModelCheckpoint TestDrive:/lost -Include lost -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
    }

    It 'writes TensorFlow''s first format on demand' {
        $saved = New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/first -FirstFormat
        (Get-ChildItem TestDrive:/first).Name | Should -Not -Contain "$($saved.Name).index"
        (Get-ModelCheckpoint TestDrive:/first).Name | Should -Be $saved.Name
        (Restore-ModelSession TestDrive:/first).Iteration | Should -Be 0
        { New-ModelSession ([LineModel]) | Save-ModelCheckpoint TestDrive:/first -FirstFormat -Sharded -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'leaves out graph and state file' {
        $session = New-ModelSession ([LineModel])
        $null = $session | Save-ModelCheckpoint TestDrive:/bare -NoGraph -NoState
        (Get-ChildItem TestDrive:/bare).Name | Should -Be 'model.ckpt-0.data-00000-of-00001', 'model.ckpt-0.index'
        $null = $session | Save-ModelCheckpoint TestDrive:/other -StateFile other_state
        (Get-ChildItem TestDrive:/other).Name | Should -Contain 'other_state'
    }
}
