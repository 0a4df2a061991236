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
        { $session | Test-Model $part } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
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
}
