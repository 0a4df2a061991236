BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Golden.ps1
    class TwoModel : ModelSessions.ModelDefinition {
        [string] $First = 'a'
        [string] $Second = 'b'
        [int] $Size = 2

        [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) {
            $null = $g.Variable($this.First, @($this.Size), [ModelSessions.Initializers]::RandomNormal())
            $null = $g.Variable($this.Second, @($this.Size), [ModelSessions.Initializers]::RandomNormal())
            return [ModelSessions.Binding]::new()
        }
    }

    function Get-Value($Session, $Name) { $Session.ReadVariable($Name).ToArray() -join ' ' }
    $folder = Join-Path $TestDrive checkpoints
    $source = New-ModelSession ([TwoModel]) -Seed 1
    $saved = $source | Save-ModelCheckpoint $folder -NoGraph
}

Describe 'Restore-ModelCheckpoint' {
    It 'takes values into a session that has built its own graph, without any .meta' {
        $session = New-ModelSession ([TwoModel]) -Seed 2
        $report = $session | Restore-ModelCheckpoint $folder
        $report | Should -BeOfType ModelSessions.RestoreReport
        $report.IsComplete | Should -BeTrue
        $report.Restored.Variable | Should -Be 'a', 'b'
        Get-Value $session a | Should -Be (Get-Value $source a)
    }

    It 'takes checkpoints, from the pipeline too' {
        $session = New-ModelSession ([TwoModel]) -Seed 2
        ($saved | Restore-ModelCheckpoint -Session $session).IsComplete | Should -BeTrue
        ($session | Restore-ModelCheckpoint -Checkpoint $saved).IsComplete | Should -BeTrue
    }

    It 'restores what is included and not excluded' {
        $session = New-ModelSession ([TwoModel]) -Seed 2
        $before = Get-Value $session b
        ($session | Restore-ModelCheckpoint $folder -Include a*).Restored.Variable | Should -Be 'a'
        ($session | Restore-ModelCheckpoint $folder -Exclude b).Unused | Should -Contain 'b'
        Get-Value $session b | Should -Be $before
    }

    It 'restores variables of other names' {
        $session = New-ModelSession ([TwoModel]) -First x -Second net/y
        $null = $session | Restore-ModelCheckpoint $folder -Map @{ a = 'x'; b = 'net/y' }
        Get-Value $session x | Should -Be (Get-Value $source a)
        Get-Value $session net/y | Should -Be (Get-Value $source b)
    }

    It 'takes moving averages in place of last values' {
        $averaged = New-ModelSession ([TwoModel]) -Second a/ExponentialMovingAverage -Seed 3
        $checkpoint = $averaged | Save-ModelCheckpoint $TestDrive/averaged
        $session = New-ModelSession ([TwoModel]) -Seed 2
        ($session | Restore-ModelCheckpoint -Checkpoint $checkpoint -MovingAverage -Include a).Restored.CheckpointName | Should -Be 'a/ExponentialMovingAverage'
        Get-Value $session a | Should -Be (Get-Value $averaged a/ExponentialMovingAverage)
    }

    It 'restores the variables of a scope' {
        $session = New-ModelSession ([TwoModel]) -First net/a -Second net/b
        ($session | Restore-ModelCheckpoint $folder -Scope net).Restored.Variable | Should -Be 'net/a', 'net/b'
        Get-Value $session net/a | Should -Be (Get-Value $source a)
        ($session | Restore-ModelCheckpoint $folder -Scope net/ -Include b).Restored.Variable | Should -Be 'net/b'
    }

    It 'fails for variables that the checkpoint lacks, lists all, and changes nothing' {
        $session = New-ModelSession ([TwoModel]) -Second c -Seed 2
        $before = Get-Value $session a
        $failure = { $session | Restore-ModelCheckpoint $folder -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointVariableMissing,*'
        $failure.Exception.Variables | Should -Be 'c'
        Get-Value $session a | Should -Be $before
    }

    It 'restores in part on demand, and reports' {
        $session = New-ModelSession ([TwoModel]) -Second c -Seed 2
        $report = $session | Restore-ModelCheckpoint $folder -Partial
        $report.Restored.Variable | Should -Be 'a'
        $report.Missing | Should -Be 'c'
        $report.Unused | Should -Be 'b'
        $report.IsComplete | Should -BeFalse
        $report | Format-List | Out-String | Should -Match 'Missing +: c'
    }

    It 'tells of values of another shape, and takes them on demand' {
        $session = New-ModelSession ([TwoModel]) -Size 3
        ($session | Restore-ModelCheckpoint $folder -Partial).Misfits.Variable | Should -Be 'a', 'b'
    }

    It 'reads what TensorFlow wrote, in slices too' {
        $path = Request-Golden checkpoints/part_axis0
        $tensor = Get-GraphTensor -Path $path | Where-Object SliceCount -GT 1 | Select-Object -First 1
        $tensor.SliceCount | Should -BeGreaterThan 1
        (Get-GraphTensor $tensor.Name -Path $path -IncludeValue).Value.Shape.ToString() | Should -Be $tensor.Shape.ToString()
    }

    It 'takes the checkpoint of an iteration' {
        $counting = New-ModelSession ([LineModel]) -Directory $TestDrive/counting | Invoke-ModelTraining (Import-ModelDataset) -Steps 3 -CheckpointInterval 1
        $null = $counting | Restore-ModelCheckpoint $TestDrive/counting -Iteration 2
        $counting.Iteration | Should -Be 2
        { $counting | Restore-ModelCheckpoint $TestDrive/counting -Iteration 9 -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointNotFound,*'
    }

    It 'restores nothing with -WhatIf' {
        $counting = New-ModelSession ([LineModel])
        $counting | Set-GraphTensor iteration 7
        $counting | Restore-ModelCheckpoint $folder -WhatIf | Should -BeNullOrEmpty
        $counting.Iteration | Should -Be 7
    }

    It 'shows on one line how many variables were restored, and in a list which' {
        $report = $source | Restore-ModelCheckpoint $folder
        $report | Out-String -Width 80 | Should -Match "Restored +Missing.*\s.*\s.*model\.ckpt +$($report.Restored.Count) +0 +0 +\d+ +0 +0"
        $report | Format-List | Out-String -Width 80 | Should -Match 'Restored +: a, '
    }

    It 'fails where there is nothing' {
        $failure = { $source | Restore-ModelCheckpoint ./nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointNotFound,*' -PassThru
        $failure.TargetObject | Should -Be ./nowhere
        { $source | Restore-ModelCheckpoint $folder -Include lost -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
    }
}
