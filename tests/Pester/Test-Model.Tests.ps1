BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
    $folder = Join-Path $TestDrive checkpoints
    $session = New-ModelSession ([LineModel]) -Directory $folder
    $null = $session | Invoke-ModelTraining $data -Steps 40 -CheckpointInterval 20
}

Describe 'Test-Model' {
    It 'gives accuracy, loss, count, iteration and checkpoint' {
        $result = $session | Test-Model $data
        $result | Should -BeOfType ModelSessions.EvaluationResult
        $result.Count | Should -Be 2000
        $result.Accuracy | Should -BeGreaterThan 0.5
        $result.Loss | Should -BeGreaterThan 0
        $result.Iteration | Should -Be 40
        $result.Checkpoint | Should -Be 'model.ckpt-40'
        $result.Metrics['accuracy'] | Should -Be $result.Accuracy
    }

    It 'tests a model that knows nothing at chance' {
        $result = New-ModelSession ([LineModel]) | Test-Model $data
        $result.Loss | Should -BeGreaterThan 2.3
        $result.Loss | Should -BeLessThan 2.31
        $result.Checkpoint | Should -BeNullOrEmpty
    }

    It 'takes one part of a dataset too' {
        ($session | Test-Model $data.Validation).Count | Should -Be 1000
    }

    It 'gives the same for any batch size, but for rounding' {
        $small = $session | Test-Model $data.Validation -BatchSize 7
        $large = $session | Test-Model $data.Validation -BatchSize 1000
        [Math]::Abs($small.Accuracy - $large.Accuracy) | Should -BeLessThan 1e-6
        [Math]::Abs($small.Loss - $large.Loss) | Should -BeLessThan 1e-4
    }

    It 'tests checkpoints of the pipeline, and closes their sessions' {
        $live = [ModelSessions.ModelSession]::Live.Count
        $results = Get-ModelCheckpoint $folder | Test-Model $data
        $results.Iteration | Should -Be 20, 40
        $results.Checkpoint | Should -Be 'model.ckpt-20', 'model.ckpt-40'
        $results[1].Loss | Should -Be ($session | Test-Model $data).Loss
        [ModelSessions.ModelSession]::Live.Count | Should -BeLessOrEqual $live
    }

    It 'goes on with the others where one checkpoint is damaged' {
        $copy = Join-Path $TestDrive damaged
        Copy-Item $folder $copy -Recurse
        $checkpoints = Get-ModelCheckpoint $copy
        [IO.File]::WriteAllBytes("$($checkpoints[0].Prefix).index", [byte[]]::new(10))
        $failures = $null
        $results = $checkpoints | Test-Model $data.Validation -ErrorAction SilentlyContinue -ErrorVariable failures
        $results.Iteration | Should -Be 40
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'CheckpointDamaged,*'
        $failures[0].TargetObject | Should -Be $checkpoints[0]
    }

    It 'refuses a dataset without a test part' {
        $part = [ModelSessions.Data.ModelDataset]::new('mine', $data.Train, $null, $null)
        $failure = { $session | Test-Model $part } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*such as $data.Train, or set some aside*'
    }

    It 'refuses a session that was closed' {
        $closed = New-ModelSession ([LineModel])
        $closed.Dispose()
        $failure = { $closed | Test-Model $data -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
    }

    It 'shows a result on one line' {
        $lines = ($session | Test-Model $data | Out-String -Width 120).Trim() -split '\r?\n'
        $lines | Should -HaveCount 3
        $lines[2].Trim() | Should -Match '^0\.\d{4} +\d\.\d{4} +2,000 +40 model\.ckpt-40$'
    }

    Context 'with limits' {
        It 'is true or false with -Quiet' {
            $session | Test-Model $data -Quiet -Minimum @{ Accuracy = 0.5 } | Should -BeTrue
            $session | Test-Model $data -Quiet -Minimum @{ Accuracy = 0.999 } | Should -BeFalse
            $session | Test-Model $data -Quiet -Maximum @{ Loss = 0.0001 } | Should -BeFalse
            $session | Test-Model $data -Quiet -Minimum @{ accuracy = 0.5 } -Maximum @{ loss = 5 } | Should -BeTrue
            $session | Test-Model $data -Quiet | Should -BeTrue
            $session | Test-Model $data -Quiet | Should -BeOfType bool
        }

        It 'tells what is missed' {
            $result = $session | Test-Model $data -Minimum @{ Accuracy = 0.999 } -Maximum @{ Loss = 5 }
            $result.Passed | Should -BeFalse
            $result.Missed | Should -HaveCount 1
            $result.Missed[0].Metric | Should -Be 'accuracy'
            "$($result.Missed[0])" | Should -BeLike 'accuracy 0.*, below 0.999'
            ($session | Test-Model $data -Minimum @{ Accuracy = 0.5 }).Passed | Should -BeTrue
            ($result | Out-String -Width 200) | Should -BeLike '*Passed*Missed*below 0.999*'
        }

        It 'refuses metrics that the model does not have, and what is no number' {
            $failure = { $session | Test-Model $data -Quiet -Minimum @{ Acuracy = 0.9 } -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
            $failure | Should -BeLike "*Did you mean 'accuracy'*"
            { $session | Test-Model $data -Minimum @{ Accuracy = 'high' } -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        }

        It 'is false for a checkpoint that is damaged' {
            $copy = Join-Path $TestDrive quiet
            Copy-Item $folder $copy -Recurse
            $checkpoints = Get-ModelCheckpoint $copy
            [IO.File]::WriteAllBytes("$($checkpoints[0].Prefix).index", [byte[]]::new(10))
            $checkpoints | Test-Model $data.Validation -Quiet | Should -Be $false, $true
        }
    }

    Context 'of metrics by any name' {
        BeforeAll {
            $named = New-ModelSession {
                param($g)
                $x = $g.Placeholder('float32', @(-1, 784), 'x')
                $y = $g.Placeholder('float32', @(-1, 10), 'y')
                $p = $g.Layers.Dense($x, 10)
                $loss = $g.Losses.SoftmaxCrossEntropy($y, $p)
                @{ inputs = $x; labels = $y; predictions = $p; loss = $loss; metrics = @{ 'my metric' = $g.ReduceMean($p); spread = $g.ReduceMax($p) } }
            }
        }

        It 'has each as a property' {
            $results = $named, $named | Test-Model $data.Validation
            $results[0].'my metric' | Should -Be $results[0].Metrics['my metric']
            ($results | Sort-Object spread)[0].spread | Should -Be $results[0].spread
            ($results | Select-Object 'my metric', Loss)[1].'my metric' | Should -Be $results[0].'my metric'
            ($results | Out-String -Width 160) | Should -BeLike '*my metric*spread*'
            $global:tested = $results[0]
            try {
                (TabExpansion2 '$tested.spr').CompletionMatches.CompletionText | Should -Be 'spread'
            }
            finally {
                Remove-Variable tested -Scope Global
            }
        }

        It 'takes them as limits' {
            $named | Test-Model $data.Validation -Quiet -Maximum @{ spread = -1000 } | Should -BeFalse
        }
    }
}
