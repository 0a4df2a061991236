BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Golden.ps1
    $session = New-ModelSession ([LineModel])
    $session | Set-GraphCollection rates 0.1, 0.01
    $session | Set-GraphCollection author 'me'
}

Describe 'Get-GraphCollection' {
    It 'lists the collections of a session, but for the module''s own' {
        $found = $session | Get-GraphCollection
        $found.Name | Should -Be 'author', 'rates', 'train_op', 'trainable_variables', 'variables'
        ($found | Where-Object Name -EQ rates).Values | Should -Be 0.1, 0.01
        ($found | Where-Object Name -EQ variables).Count | Should -Be 2
    }

    It 'lists these too, by force or by name' {
        $null = $session | Save-ModelCheckpoint TestDrive:/saved
        ($session | Get-GraphCollection -Force).Name | Should -Contain 'model_session/binding'
        ($session | Get-GraphCollection model_session/binding).Count | Should -Be 1
    }

    It 'finds by name and pattern, values alone if wanted' {
        ($session | Get-GraphCollection r*).Name | Should -Be 'rates'
        $session | Get-GraphCollection rates -ValueOnly | Should -Be 0.1, 0.01
    }

    It 'reads those that TensorFlow wrote' {
        $opened = Restore-ModelSession (Request-Golden meta/collections/graph.meta) -WarningAction SilentlyContinue
        @($opened | Get-GraphCollection).Count | Should -BeGreaterThan 5
        $opened | Get-GraphCollection | Out-String -Width 150 | Should -Match 'variables +\d+'
    }

    It 'fails for a name that is not there, and goes on' {
        $failures = $null
        ($session | Get-GraphCollection rate, author -ErrorAction SilentlyContinue -ErrorVariable failures).Name | Should -Be 'author'
        $failures.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        $failures[0].Exception.Message | Should -BeLike "*'rates'*"
    }

    It 'shows a collection on one line' {
        $session | Get-GraphCollection rates, variables | Out-String -Width 120 | Should -Match 'rates +2 0\.1, 0\.01\s+variables +2 w:0, iteration:0'
    }

    It 'completes names' {
        $global:line = $session
        try {
            (TabExpansion2 '$line | Get-GraphCollection r').CompletionMatches.CompletionText | Should -Be 'rates'
        }
        finally {
            Remove-Variable line -Scope Global
        }
    }
}
