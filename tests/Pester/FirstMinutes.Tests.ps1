# What confused newcomers: docs/first-ten-minutes.md.
Describe 'The first ten minutes' {
    BeforeAll {
        Set-StrictMode -Version 3
        $s = New-ModelSession Mnist -Layer1 2 -Layer2 2
    }

    It 'completes the name of the data that come along' {
        (TabExpansion2 'Import-ModelDataset ').CompletionMatches[0].CompletionText | Should -Be Mnist
    }

    It 'completes roles as well as names' {
        (TabExpansion2 '$s | Get-GraphTensor pred').CompletionMatches[0].CompletionText | Should -Be predictions
        (TabExpansion2 '$s | Invoke-ModelSession lo').CompletionMatches[0].CompletionText | Should -Be loss
    }

    It 'shows the loss in the table of sessions once there is one' {
        $data = [ModelSessions.Data.ModelDataset]::new('small', (Import-ModelDataset).Test, $null, $null)
        ($s | Out-String) | Should -Not -Match '\d\.\d{4}'
        $table = $s | Invoke-ModelTraining $data -Steps 1 | Out-String
        $table | Should -Match ([regex]::Escape($s.LastRun.Loss.ToString('0.0000', [cultureinfo]::InvariantCulture)))
    }

    It 'leaves room for types beside names that are long' {
        $table = $s | Get-GraphTensor train/gradients/train/* | Out-String -Width 120
        $table | Should -Match '(?m)^train/gradients/train/soft\S*…\S*Reshape_2_grad/Shape:0 +int32 +\[1\] +Shape *$'
    }

    It 'names the role that is nearest to a wrong one' {
        { $s | Get-GraphTensor losss -ErrorAction Stop } | Should -Throw "*no operation 'losss'. Did you mean 'loss'*"
        { $s | Invoke-ModelSession prediction -ErrorAction Stop } | Should -Throw "*Did you mean 'predictions'*"
    }

    It 'says where data come from when a text is given in their place' {
        { $s | Test-Model ./digits } | Should -Throw "*'./digits' is a text, not a dataset.*Import-ModelDataset*"
        { $s | Invoke-ModelTraining Mnist } | Should -Throw "*'Mnist' is a text, not a dataset.*Import-ModelDataset*"
    }

    It 'names the folder that is nearest to a wrong one' {
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive near))
        try {
            $null = $s | Save-ModelCheckpoint ./digits
            { Restore-ModelSession ./digit -ErrorAction Stop } | Should -Throw "*Did you mean 'digits'?"
        }
        finally {
            Pop-Location
        }
    }
}
