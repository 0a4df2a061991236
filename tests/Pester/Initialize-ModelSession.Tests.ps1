BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
}

Describe 'Initialize-ModelSession' {
    BeforeEach {
        $session = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 3
        $first = $session.ReadVariable('model/fc2/weights').ToArray()
        $null = $session | Invoke-ModelTraining $data -Steps 2 -BatchSize 10
    }

    AfterEach {
        $session | Remove-ModelSession -Force
    }

    It 'gives a session the first values that it had' {
        $session | Initialize-ModelSession | Should -BeNullOrEmpty
        $session.Iteration, $session.UnsavedSteps, $session.Position | Should -Be 0, 0, $null
        $session.ReadVariable('model/fc2/weights').ToArray() | Should -Be $first
    }

    It 'gives other first values with another seed' {
        ($session | Initialize-ModelSession -Seed 4 -PassThru).Seed | Should -Be 4
        $session.ReadVariable('model/fc2/weights').ToArray() | Should -Not -Be $first
    }

    It 'takes patterns of variables' {
        $trained = $session.ReadVariable('model/fc1/bias').ToArray()
        $session | Initialize-ModelSession model/fc2/* -Exclude *bias*
        $session.ReadVariable('model/fc2/weights').ToArray() | Should -Be $first
        $session.ReadVariable('model/fc1/bias').ToArray() | Should -Be $trained
        $session.Iteration | Should -Be 2
    }

    It 'does nothing with -WhatIf' {
        $session | Initialize-ModelSession -WhatIf
        $session | Initialize-ModelSession model/fc2/* -WhatIf
        $session.Iteration | Should -Be 2
    }

    It 'says what is near where a pattern matches nothing' {
        $failure = { $session | Initialize-ModelSession model/fc2/wieghts -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        "$failure" | Should -BeLike '*model/fc2/weights*'
    }

    It 'completes variables of the session' {
        (TabExpansion2 '$session | Initialize-ModelSession model/fc2/w').CompletionMatches.CompletionText | Should -Contain model/fc2/weights
    }
}
