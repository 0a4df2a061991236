BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Golden.ps1
    $folder = Join-Path $TestDrive checkpoints
    $data = Import-ModelDataset
    $session = New-ModelSession ([LineModel]) -Seed 1
    $first = $session | Invoke-ModelTraining $data -Steps 2 | Save-ModelCheckpoint $folder
    $second = $session | Invoke-ModelTraining $data -Steps 2 | Save-ModelCheckpoint $folder
}

Describe 'Restore-ModelSession' {
    It 'accepts <What>' -ForEach @(
        @{ What = 'a folder, and takes its newest checkpoint'; Path = ''; Iteration = 4 }
        @{ What = 'a prefix'; Path = 'model.ckpt-2'; Iteration = 2 }
        @{ What = 'an index file'; Path = 'model.ckpt-2.index'; Iteration = 2 }
        @{ What = 'a graph file'; Path = 'model.ckpt-2.meta'; Iteration = 2 }
        @{ What = 'a data file'; Path = 'model.ckpt-2.data-00000-of-00001'; Iteration = 2 }
        @{ What = 'the state file'; Path = 'checkpoint'; Iteration = 4 }
    ) {
        (Restore-ModelSession (Join-Path $folder $Path)).Iteration | Should -Be $Iteration
    }

    It 'restores all checkpoints that a pattern matches, each once' {
        (Restore-ModelSession (Join-Path $folder 'model.ckpt-*')).Iteration | Should -Be 2, 4
    }

    It 'takes a literal path, also by property' {
        (Restore-ModelSession -LiteralPath (Join-Path $folder model.ckpt-2)).Iteration | Should -Be 2
        (Get-Item (Join-Path $folder model.ckpt-2.index) | Restore-ModelSession).Iteration | Should -Be 2
    }

    It 'takes names with brackets, escaped or literal' {
        $odd = Join-Path $TestDrive 'a [b] c'
        Copy-Item $folder $odd -Recurse
        (Restore-ModelSession ([WildcardPattern]::Escape($odd))).Iteration | Should -Be 4
        (Restore-ModelSession -LiteralPath $odd).Iteration | Should -Be 4
        (Restore-ModelSession "$([WildcardPattern]::Escape($odd))/*-2.index").Iteration | Should -Be 2
    }

    It 'takes paths relative to the location, and on drives of PowerShell''s own' {
        Push-Location $TestDrive
        try {
            (Restore-ModelSession ./checkpoints/model.ckpt-2).Iteration | Should -Be 2
        }
        finally {
            Pop-Location
        }

        (Restore-ModelSession TestDrive:/checkpoints).Iteration | Should -Be 4
    }

    It 'takes checkpoints from the pipeline' {
        ($first, $second | Restore-ModelSession).Iteration | Should -Be 2, 4
        (Get-ModelCheckpoint $folder | Restore-ModelSession).Iteration | Should -Be 2, 4
    }

    It 'brings back values, structure and hyperparameters without the class' {
        $restored = Restore-ModelSession $second
        $restored.ReadVariable('w').ToArray() -join ' ' | Should -Be ($session.ReadVariable('w').ToArray() -join ' ')
        $restored.Name | Should -Be 'Line'
        $restored.Parameters.Pixels | Should -Be 784
        $restored.Hyperparameters[0].Name | Should -Be 'learning_rate'
        $restored.Directory | Should -Be $folder
    }

    It 'accepts the structure that the checkpoint has' {
        (Restore-ModelSession $folder -Structure @{ pixels = 784 }).Iteration | Should -Be 4
    }

    It 'refuses another structure and names both' {
        $failure = { Restore-ModelSession $folder -Structure @{ Pixels = 100 } -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointStructureMismatch,*'
        $failure.Exception.Message | Should -BeLike '*784*100*'
    }

    It 'fails where there is nothing' {
        $failure = { Restore-ModelSession ./nowhere -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.CategoryInfo.TargetName | Should -Be './nowhere'
    }

    It 'fails for an empty folder' {
        $null = New-Item -ItemType Directory TestDrive:/empty
        $failure = { Restore-ModelSession TestDrive:/empty -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
    }

    It 'fails for a pattern that matches nothing' {
        $failure = { Restore-ModelSession TestDrive:/nothing* -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
    }

    It 'fails for a path that is none of the file system' {
        $failure = { Restore-ModelSession Env:/PATH -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'goes on with the others where one fails' {
        $failures = $null
        $restored = Restore-ModelSession ./nowhere, $first.Prefix, ./elsewhere -ErrorAction SilentlyContinue -ErrorVariable failures
        $restored.Iteration | Should -Be 2
        $failures | Should -HaveCount 2
    }

    It 'refuses a damaged checkpoint' {
        $copy = Join-Path $TestDrive damaged
        Copy-Item $folder $copy -Recurse
        $index = Join-Path $copy model.ckpt-2.index
        $bytes = [IO.File]::ReadAllBytes($index)
        $bytes[20] = $bytes[20] -bxor 255
        [IO.File]::WriteAllBytes($index, $bytes)
        $failure = { Restore-ModelSession (Join-Path $copy model.ckpt-2) -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointDamaged,*'
    }

    It 'warns where the state file is missing, and takes the newest whole checkpoint' {
        $copy = Join-Path $TestDrive stateless
        Copy-Item $folder $copy -Recurse
        Remove-Item (Join-Path $copy checkpoint)
        $warnings = $null
        (Restore-ModelSession $copy -WarningVariable warnings -WarningAction SilentlyContinue).Iteration | Should -Be 4
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike '*is missing*model.ckpt-4*'
    }

    It 'knows no tags of checkpoints' {
        { Restore-ModelSession $folder -Tag serve -ErrorAction Stop } | Should -Throw '*no tags*' -ErrorId 'InvalidArgument,*'
    }

    It 'keeps as many checkpoints as before, unless told otherwise' {
        $null = New-ModelSession ([LineModel]) -MaxToKeep 2 | Save-ModelCheckpoint TestDrive:/kept
        $again = Restore-ModelSession TestDrive:/kept
        1..3 | ForEach-Object { $null = $again | Save-ModelCheckpoint -Iteration $_ }
        (Get-ModelCheckpoint TestDrive:/kept).Iteration | Should -Be 2, 3
        $more = Restore-ModelSession TestDrive:/kept -MaxToKeep 3
        4..7 | ForEach-Object { $null = $more | Save-ModelCheckpoint -Iteration $_ }
        (Get-ModelCheckpoint TestDrive:/kept).Iteration | Should -Be 5, 6, 7
        (Restore-ModelSession TestDrive:/kept).Saver.Options.MaxToKeep | Should -Be 3
    }

    It 'completes checkpoints, not their files' {
        (TabExpansion2 "Restore-ModelSession $folder -Iteration ").CompletionMatches.CompletionText | Should -Be '2', '4'
        $line = "Restore-ModelSession $folder/model"
        (TabExpansion2 $line).CompletionMatches.ListItemText | Should -Be 'model.ckpt-2', 'model.ckpt-4'
    }

    It 'takes the checkpoint of an iteration' {
        (Restore-ModelSession $folder -Iteration 2).Iteration | Should -Be 2
        $failure = { Restore-ModelSession $folder -Iteration 3 -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
        $failure.Exception.Message | Should -BeLike "*'model.ckpt-2', 'model.ckpt-4'*"
    }

    It 'restores a part that is asked for without a warning, and knows what has first values' {
        $warnings = $null
        $part = Restore-ModelSession $folder -Include w -WarningVariable warnings -WarningAction SilentlyContinue
        $part.LastRestore.Restored.Variable | Should -Be 'w'
        $part.Iteration | Should -Be 0
        $part.LastRestore.Initialized | Should -Contain 'iteration'
        $warnings | Should -BeNullOrEmpty
    }

    It 'imports the graph into a scope' {
        $scoped = Restore-ModelSession $folder -Scope m1
        $scoped.Binding['loss'] | Should -Be 'm1/loss:0'
        $scoped.Iteration | Should -Be 4
        $scoped.ReadVariable('m1/w').ToArray() -join ' ' | Should -Be ($session.ReadVariable('w').ToArray() -join ' ')
    }

    Context 'files of TensorFlow''s' {
        It 'opens a .meta alone, with its own first values, and says so' {
            $warnings = $null
            $opened = Restore-ModelSession (Request-Golden meta/input_map/graph.meta) -WarningVariable warnings -WarningAction SilentlyContinue
            $opened.Variables.IsInitialized | Should -Not -Contain $false
            "$warnings" | Should -BeLike '*Nothing is learnt yet*'
        }

        It 'opens checkpoints of its first format' {
            $opened = Restore-ModelSession (Request-Golden checkpoints_v1/v1_sharded), (Request-Golden checkpoints_v1/v1_single) -WarningAction SilentlyContinue
            $opened | Should -HaveCount 2
            $opened.ForEach{ $_.LastRestore.IsComplete } | Should -Be $true, $true
        }

        It 'opens checkpoints of partitioned variables' {
            $opened = Restore-ModelSession (Request-Golden checkpoints/part_axis0) -WarningAction SilentlyContinue
            $opened.LastRestore.IsComplete | Should -BeTrue
        }

        It 'opens a frozen graph, binary and text, its names unchanged' {
            $folder = Request-Golden frozen/mlp_ref
            $opened = Restore-ModelSession $folder/frozen.pb, $folder/frozen.pbtxt -WarningAction SilentlyContinue
            $opened | Should -HaveCount 2
            $opened | Get-GraphTensor x | Should -HaveCount 2
        }

        It 'opens a SavedModel by its tags' {
            $folder = Request-Golden saved_models/train_serve/model
            $opened = Restore-ModelSession $folder -Tag train -WarningAction SilentlyContinue
            $opened.Signatures.Name | Should -Be 'train'
            (TabExpansion2 "Restore-ModelSession $folder -Tag tr").CompletionMatches.CompletionText | Should -Be 'train'
            $failure = { Restore-ModelSession $folder -Tag nope -ErrorAction Stop } | Should -Throw -PassThru
            $failure.Exception.Message | Should -BeLike '*train*serve*'
        }
    }
}
