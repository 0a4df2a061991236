BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $session = New-ModelSession ([LineModel])
}

Describe 'Get-GraphTensor' {
    It 'finds a tensor by <_>' -ForEach 'loss:0', 'loss', 'LOSS*', 'los?:0' {
        $tensor = $session | Get-GraphTensor $_
        $tensor | Should -BeOfType ModelSessions.GraphTensor
        $tensor.Name | Should -Be 'loss:0'
    }

    It 'finds a tensor by its role' {
        ($session | Get-GraphTensor inputs).Name | Should -Be 'x:0'
        ($session | Get-GraphTensor metrics.accuracy).Name | Should -Be 'accuracy:0'
    }

    It 'gives all in the order of the graph' {
        $tensors = $session | Get-GraphTensor
        $tensors[0].Name | Should -Be 'x:0'
        $tensors.Count | Should -BeGreaterThan 20
        $tensors | Should -HaveCount ($session.Graph.Operations.ForEach{ $_.Outputs }).Count
    }

    It 'tells type, shape and operation' {
        $x = $session | Get-GraphTensor x
        $x.DType | Should -Be 'Float32'
        $x.Shape.ToString() | Should -Be '[?, 784]'
        $x.Operation.Type | Should -Be 'Placeholder'
    }

    It 'fails for a name that is not there, tells the nearest, and goes on' {
        $failures = $null
        ($session | Get-GraphTensor lost, x -ErrorAction SilentlyContinue -ErrorVariable failures).Name | Should -Be 'x:0'
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        $failures[0].Exception.Message | Should -BeLike "*'loss'*"
    }

    It 'gives nothing for a pattern that matches nothing' {
        $session | Get-GraphTensor none/* | Should -BeNullOrEmpty
    }

    It 'gives symbols that PowerShell''s operators work on' {
        $a, $b = $session | Get-GraphTensor x, y
        ($b * $b).Operation.Type | Should -Be 'Mul'
        ($b + 1).Operation.Type | Should -Be 'AddV2'
        (2 * $b).Operation.Type | Should -Be 'Mul'
        ($b - $b).Operation.Type | Should -Be 'Sub'
        (1 - $b).Operation.Type | Should -Be 'Sub'
        ($b / $b).Operation.Type | Should -Be 'RealDiv'
        ($b % $b).Operation.Type | Should -Be 'FloorMod'
        ($a * 2).Shape.ToString() | Should -Be '[?, 784]'
    }

    It 'completes names from the session at hand' {
        $global:line = $session
        try {
            (TabExpansion2 '$line | Get-GraphTensor acc').CompletionMatches.CompletionText | Should -Be 'accuracy:0'
            (TabExpansion2 'Get-GraphTensor -Session $line -Name acc').CompletionMatches.CompletionText | Should -Be 'accuracy:0'
        }
        finally {
            Remove-Variable line -Scope Global
        }
    }

    It 'shows a tensor on one line' {
        $text = $session | Get-GraphTensor x, w | Out-String -Width 120
        $text | Should -Match 'x:0 +float32 +\[\?, 784\] +Placeholder'
        $text | Should -Match 'w:0 +float32_ref +\[784, 10\] +VariableV2'
    }
}
