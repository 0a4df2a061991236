BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
}

Describe 'New-ModelSession' {
    It 'builds a ready-made model with the structure that is given' {
        $session = New-ModelSession Mnist -Layer1 2 -Layer2 3
        $session | Should -BeOfType ModelSessions.ModelSession
        $session.Name | Should -Be 'Mnist'
        $session.Parameters.Layer1, $session.Parameters.Layer2 | Should -Be 2, 3
        $session.Iteration | Should -Be 0
        $session.ReadVariable('model/conv1/weights').Shape.ToString() | Should -Be '[5, 5, 1, 2]'
    }

    It 'gives the same first values for the same seed' {
        $first, $second, $other = 7, 7, 8 | ForEach-Object { New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed $_ }
        $values = $first, $second, $other | ForEach-Object { $_.ReadVariable('model/conv1/weights').ToArray() -join ' ' }
        $values[0] | Should -Be $values[1]
        $values[0] | Should -Not -Be $values[2]
        $first.Seed | Should -Be 7
    }

    It 'builds a model of the user''s own: <_>' -ForEach 'class', 'instance' {
        $definition = $_ -eq 'class' ? [LineModel] : [LineModel]::new()
        $session = New-ModelSession $definition
        $session.Name | Should -Be 'Line'
        $session.Parameters.Pixels | Should -Be 784
    }

    It 'takes the structure of a user''s own class by parameters' {
        (New-ModelSession ([LineModel]) -Pixels 16).Parameters.Pixels | Should -Be 16
    }

    It 'keeps sessions apart' {
        $data = Import-ModelDataset
        $first, $second = 1, 2 | ForEach-Object { New-ModelSession ([LineModel]) }
        $null = $first | Invoke-ModelTraining $data -Steps 2
        $first.Iteration, $second.Iteration | Should -Be 2, 0
    }

    It 'fails for a name that it does not know, and tells those that it knows' {
        $failure = { New-ModelSession Mnits -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'ModelDefinitionNotFound,*'
        $failure.Exception.Message | Should -BeLike "*'Mnist'*"
    }

    It 'fails for what is no definition' {
        $failure = { New-ModelSession ([string]) -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'has no parameter that the definition lacks' {
        { New-ModelSession Mnist -Layer9 2 } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
    }

    It 'refuses a structure that makes no sense' {
        $failure = { New-ModelSession Mnist -Layer1 0 -ErrorAction Stop } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike '*Layer1*'
    }

    It 'completes definitions and their structural parameters' {
        (TabExpansion2 'New-ModelSession Mn').CompletionMatches.CompletionText | Should -Contain 'Mnist'
        (TabExpansion2 'New-ModelSession Mnist -La').CompletionMatches.CompletionText | Should -Be '-Layer1', '-Layer2'
    }

    It 'shows a session on one line' {
        $lines = (New-ModelSession Mnist -Layer1 2 -Layer2 3 | Out-String -Width 120).Trim() -split '\r?\n'
        $lines | Should -HaveCount 3
        $lines[2] | Should -Match 'Mnist +Layer1=2, Layer2=3 +0 +Embedded'
    }

    Context '-Resume' {
        It 'creates where there is no checkpoint, and goes on where there is one' {
            $folder = Join-Path $TestDrive resumed
            $created = New-ModelSession ([LineModel]) -Directory $folder -Resume
            $created.Iteration | Should -Be 0
            $null = $created | Invoke-ModelTraining (Import-ModelDataset) -Steps 3 | Save-ModelCheckpoint
            (New-ModelSession ([LineModel]) -Directory $folder -Resume).Iteration | Should -Be 3
        }

        It 'takes the checkpoint''s structure where none is given' {
            $folder = Join-Path $TestDrive structure
            $null = New-ModelSession ([LineModel]) -Pixels 16 -Directory $folder | Save-ModelCheckpoint
            (New-ModelSession ([LineModel]) -Directory $folder -Resume).Parameters.Pixels | Should -Be 16
        }

        It 'refuses another structure and names both' {
            $folder = Join-Path $TestDrive other
            $null = New-ModelSession ([LineModel]) -Pixels 16 -Directory $folder | Save-ModelCheckpoint
            $failure = { New-ModelSession ([LineModel]) -Pixels 17 -Directory $folder -Resume -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'CheckpointStructureMismatch,*'
            $failure.Exception.Message | Should -BeLike '*16*17*'
        }

        It 'needs a folder' {
            (Get-Command New-ModelSession).Parameters['Directory'].ParameterSets['Resume'].IsMandatory | Should -BeTrue
        }
    }
}
