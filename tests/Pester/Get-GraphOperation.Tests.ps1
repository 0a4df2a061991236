BeforeAll {
    Set-StrictMode -Version 3
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $session = New-ModelSession ([LineModel])
    $folder = Join-Path $TestDrive checkpoints
    $saved = $session | Save-ModelCheckpoint $folder
}

Describe 'Get-GraphOperation' {
    It 'finds an operation by <_>' -ForEach 'loss', 'loss:0', 'LOSS', 'los?' {
        $operation = $session | Get-GraphOperation ($_ -ceq 'LOSS' ? 'LOSS*' : $_)
        $operation.Name | Should -Contain 'loss'
        $operation | ForEach-Object { $_ | Should -BeOfType ModelSessions.GraphOperationInfo }
    }

    It 'finds an operation by its role' {
        ($session | Get-GraphOperation inputs).Name | Should -Be 'x'
        ($session | Get-GraphOperation metrics.accuracy).Name | Should -Be 'accuracy'
    }

    It 'tells kind, inputs, outputs and attributes as plain values' {
        $product = $session | Get-GraphOperation MatMul
        $product.Type | Should -Be 'MatMul'
        $product.Inputs | Should -Be 'x:0', 'w/read:0'
        $product.Outputs | Should -Be 'MatMul:0'
        $product.OutputTypes | Should -Be 'float32 [?, 10]'
        $product.Attributes.T | Should -Be 'float32'
        $product.Attributes.transpose_a | Should -BeFalse
        ($session | Get-GraphOperation x).Attributes.shape | Should -Be '[?, 784]'
    }

    It 'takes kinds, with wildcards' {
        ($session | Get-GraphOperation -Type MatMul).Type | Select-Object -Unique | Should -Be 'MatMul'
        ($session | Get-GraphOperation -Type Placeholder, Variable?2).Name | Should -Be 'x', 'y', 'learning_rate', 'w', 'iteration'
    }

    It 'tells what takes a tensor, and what an operation takes' {
        ($session | Get-GraphOperation -Uses w/read:0).Name | Should -Contain 'MatMul'
        ($session | Get-GraphOperation -Uses w).Name | Should -Contain 'w/read'
        ($session | Get-GraphOperation -Uses w).Name | Should -Not -Contain 'MatMul'
        ($session | Get-GraphOperation -UsedBy MatMul).Name | Should -Be 'x', 'w/read'
        ($session | Get-GraphOperation -UsedBy loss -Recurse).Name | Should -Contain 'w'
        ($session | Get-GraphOperation -Uses x -Recurse -Type Neg).Name | Should -Contain 'loss'
    }

    It 'tells what takes any of several, and patterns' {
        ($session | Get-GraphOperation -Uses w, x -Type Identity, MatMul).Name | Should -Be 'w/read', 'MatMul', 'gradients/MatMul_grad/MatMul_1'
        ($session | Get-GraphOperation -Uses '[wx]' -Type Identity, MatMul).Name | Should -Be 'w/read', 'MatMul', 'gradients/MatMul_grad/MatMul_1'
        ($session | Get-GraphOperation -UsedBy 'w/rea?').Name | Should -Be 'w'
        $session | Get-GraphOperation -Uses 'nothing*' | Should -BeNullOrEmpty
        { $session | Get-GraphOperation -Uses nothing -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
    }

    It 'looks into <_> without a session' -ForEach 'model.ckpt-0', 'model.ckpt-0.meta', '' {
        $path = Join-Path $folder $_
        $operation = Get-GraphOperation MatMul -Path $path
        $operation.Type | Should -Be 'MatMul'
        $operation.OutputTypes | Should -Be 'float32 [?, 10]'
        (Get-GraphOperation MatMul -LiteralPath $path).Inputs | Should -Be 'x:0', 'w/read:0'
        @([ModelSessions.ModelSession]::Live).Count | Should -BeGreaterThan 0
    }

    It 'looks into checkpoints and files of the pipeline' {
        ($saved | Get-GraphOperation MatMul).Type | Should -Be 'MatMul'
        (Get-Item $folder/model.ckpt-0.meta | Get-GraphOperation MatMul).Type | Should -Be 'MatMul'
    }

    It 'looks into frozen graphs and SavedModels' {
        $session | Export-ModelGraph $TestDrive/frozen.pb -Frozen -Output predictions
        (Get-GraphOperation -Type MatMul -Path $TestDrive/frozen.pb).Name | Should -Be 'MatMul'
        $session | Export-ModelGraph $TestDrive/saved -Format SavedModel
        (Get-GraphOperation -Type MatMul -Path $TestDrive/saved).Name | Should -Contain 'MatMul'
    }

    It 'shows graphs of unknown op kinds as they stand in the file, with a warning' {
        Set-Content $TestDrive/foreign.pbtxt 'node { name: "a" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } } node { name: "b" op: "MyOwnOp" input: "a" input: "^c" } node { name: "c" op: "NoOp" }'
        $operations = Get-GraphOperation -Path $TestDrive/foreign.pbtxt -WarningVariable warnings -WarningAction SilentlyContinue
        $operations.Name | Should -Be 'a', 'b', 'c'
        $operations[1].Inputs | Should -Be 'a:0'
        $operations[1].ControlInputs | Should -Be 'c'
        $operations[0].Outputs | Should -Be 'a:0'
        $warnings | Should -BeLike '*MyOwnOp*'
    }

    It 'fails for a name that is not there, tells the nearest, and goes on' {
        $failures = $null
        ($session | Get-GraphOperation lost, x -ErrorAction SilentlyContinue -ErrorVariable failures).Name | Should -Be 'x'
        $failures.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        $failures[0].Exception.Message | Should -BeLike "*'loss'*"
        { $session | Get-GraphOperation -Uses lost -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
        { Get-GraphOperation -Path $TestDrive/nothing.meta -ErrorAction Stop } | Should -Throw -ErrorId '*NotFound,*'
    }

    It 'completes names and kinds from the session and from files' {
        $global:line = $session
        try {
            (TabExpansion2 '$line | Get-GraphOperation Softm').CompletionMatches.CompletionText | Should -Contain 'Softmax'
            (TabExpansion2 '$line | Get-GraphOperation -Type MatM').CompletionMatches.CompletionText | Should -Be 'MatMul'
            (TabExpansion2 '$line | Get-GraphOperation -Uses Softm').CompletionMatches.CompletionText | Should -Contain 'Softmax'
        }
        finally {
            Remove-Variable line -Scope Global
        }

        (TabExpansion2 "Get-GraphOperation -Path $folder/model.ckpt-0.meta -Name Softm").CompletionMatches.CompletionText | Should -Contain 'Softmax'
        (TabExpansion2 "Get-GraphOperation -Path $folder -Type MatM").CompletionMatches.CompletionText | Should -Be 'MatMul'
    }

    It 'shows an operation on one line, and as JSON without a graph' {
        $session | Get-GraphOperation MatMul | Out-String -Width 120 | Should -Match 'MatMul +MatMul +float32 \[\?, 10\] +x:0, w/read:0'
        $json = $session | Get-GraphOperation MatMul | ConvertTo-Json -Depth 3 -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        ($json | ConvertFrom-Json).Inputs | Should -Be 'x:0', 'w/read:0'
    }
}
