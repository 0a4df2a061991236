BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $folder = Join-Path $TestDrive checkpoints
    $null = New-ModelSession ([LineModel]) -Directory $folder | Invoke-ModelTraining (Import-ModelDataset) -Steps 2 -CheckpointInterval 1
    $first, $second = Get-ModelCheckpoint $folder
}

Describe 'Compare-ModelCheckpoint' {
    It 'tells what differs and by how much' {
        $differences = Compare-ModelCheckpoint $first $second
        $differences | ForEach-Object { $_ | Should -BeOfType ModelSessions.CheckpointDifference }
        $iteration = $differences | Where-Object Name -EQ iteration
        $iteration.Change | Should -Be 'Changed'
        $iteration.MaxDifference | Should -Be 1
        ($differences | Where-Object Name -EQ w).DifferentElements | Should -BeGreaterThan 1000
    }

    It 'gives nothing for the same' {
        Compare-ModelCheckpoint $first $first.Prefix | Should -BeNullOrEmpty
        (Compare-ModelCheckpoint $first $first -IncludeEqual).Change | Should -Contain 'Same'
    }

    It 'takes paths, files, and checkpoints from the pipeline' {
        Push-Location $TestDrive
        try {
            (Compare-ModelCheckpoint ./checkpoints/model.ckpt-1 ./checkpoints -Name iter*).Name | Should -Be 'iteration'
        }
        finally {
            Pop-Location
        }

        (Get-Item $folder/model.ckpt-2.index | Compare-ModelCheckpoint $first -Name iteration).MaxDifference | Should -Be 1
        Get-ModelCheckpoint $folder | Compare-ModelCheckpoint $first -Name iteration | Should -HaveCount 1
    }

    It 'tells what was added and removed' {
        class OtherModel : ModelSessions.ModelDefinition {
            [ModelSessions.Binding] Build([ModelSessions.GraphBuilder] $g) {
                $null = $g.Variable('other', @(2), [ModelSessions.Initializers]::Zeros)
                return [ModelSessions.Binding]::new()
            }
        }

        $other = New-ModelSession ([OtherModel]) | Save-ModelCheckpoint $TestDrive/other
        $differences = Compare-ModelCheckpoint $first $other -Name other, w
        ($differences | Where-Object Name -EQ other).Change | Should -Be 'Added'
        ($differences | Where-Object Name -EQ w).Change | Should -Be 'Removed'
    }

    It 'fails where there is nothing' {
        { Compare-ModelCheckpoint $first ./nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'CheckpointNotFound,*'
        { Compare-ModelCheckpoint 7 $first -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'shows a difference on one line' {
        Compare-ModelCheckpoint $first $second -Name iteration | Out-String -Width 140 | Should -Match 'iteration +Changed +1 +1 int64 \[\]'
    }
}
