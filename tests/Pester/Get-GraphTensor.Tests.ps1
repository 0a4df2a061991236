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

    Context 'with values' {
        BeforeAll {
            $small = New-ModelSession ([LineModel]) -Pixels 2
            $small | Set-GraphTensor w (, (1..10) + , (11..20))
        }

        It 'reads variables and constants as they are' {
            $w = $small | Get-GraphTensor w -IncludeValue
            $w | Should -BeOfType ModelSessions.GraphTensorValue
            $w.Value.ToArray() | Should -Be (1..20)
            ($small | Get-GraphTensor w/read -IncludeValue).Value.ToArray() | Should -Be (1..20)
            ($small | Get-GraphTensor Const* -IncludeValue)[0].Value | Should -BeOfType ModelSessions.Tensor
        }

        It 'runs the graph for others, when it is told what to feed' {
            $run = $small | Get-GraphTensor predictions, MatMul -IncludeValue -Feed @{ inputs = @(, (0, 1)) }
            $run[0].Value.Shape.ToString() | Should -Be '[1, 10]'
            $run[1].Value.ToArray() | Should -Be (11..20)
            $failure = { $small | Get-GraphTensor MatMul -IncludeValue -ErrorAction Stop } | Should -Throw -PassThru
            $failure.Exception.Message | Should -BeLike '*-Feed*'
        }

        It 'changes nothing where a pattern matches what would' {
            $all = $small | Get-GraphTensor * -IncludeValue -Feed @{ inputs = @(, (0, 1)); labels = @(, @(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)) }
            $small.Iteration | Should -Be 0
            $small.ReadVariable('w').ToArray() | Should -Be (1..20)
            ($all | Where-Object Name -EQ 'loss:0').Value | Should -Not -BeNullOrEmpty
            $all | Where-Object Op -Like 'Assign*' | Where-Object Value | Should -BeNullOrEmpty
        }

        It 'lists variables alone, each once' {
            ($small | Get-GraphTensor -Variable).Name | Should -Be 'w:0', 'iteration:0'
        }

        It 'tells what the numbers are like' {
            $w = $small | Get-GraphTensor w -Statistics
            $w.Minimum, $w.Maximum, $w.Mean, $w.NaNCount, $w.ZeroShare | Should -Be 1, 20, 10.5, 0, 0
            [Math]::Round($w.StandardDeviation, 4) | Should -Be 5.7663
            $w.Value | Should -BeNullOrEmpty
        }

        It 'gives elements and parts of a value by index' {
            $value = [ModelSessions.Tensor]::FromArray([int[]](0..5), [ModelSessions.Shape]::new([long[]] (2, 3)))
            $value[1, 2], $value[0, -1] | Should -Be 5, 2
            $value[1].ToArray() | Should -Be 3, 4, 5
            $value[':', 0].ToArray() | Should -Be 0, 3
            $value | Format-List * | Out-String | Should -Not -Match 'Item'
        }

        It 'cuts <Slice>' -ForEach @(
            @{ Slice = '0'; Shape = '[10]'; Values = 1..10 }
            @{ Slice = ':, -1'; Shape = '[2]'; Values = 10, 20 }
            @{ Slice = '1, ::-3'; Shape = '[4]'; Values = 20, 17, 14, 11 }
        ) {
            $part = $small | Get-GraphTensor w -Slice $Slice
            $part.Shape.ToString() | Should -Be $Shape
            $part.Value.ToArray() | Should -Be $Values
            $part.Slice | Should -Be $Slice
            $saved = $small | Save-ModelCheckpoint $TestDrive/cut
            ($saved | Get-GraphTensor w -Slice $Slice).Value.ToArray() | Should -Be $Values
        }

        It 'refuses a slice that is outside' {
            $failure = { $small | Get-GraphTensor w -Slice 5 -ErrorAction Stop } | Should -Throw -PassThru
            $failure.Exception.Message | Should -BeLike '*dimension 0*'
            { $small | Get-GraphTensor w -Slice x -ErrorAction Stop } | Should -Throw -ErrorId 'GraphInvalid,*'
        }

        It 'shows values and statistics on one line' {
            $small | Get-GraphTensor w -Statistics -IncludeValue | Out-String -Width 120 | Should -Match 'w:0 +\[2, 10\] +0 +1 +20 +10\.5 +5\.766 +1, 2, 3, 4, …'
        }

        It 'shows but what was asked for' {
            $small | Get-GraphTensor w -Statistics | Out-String -Width 80 | Should -Match '(?s)Name +Shape +NaN +Min +Max +Mean +StdDev\s.*w:0 +\[2, 10\] +0 +1 +20 +10\.5 +5\.77'
            $small | Get-GraphTensor w -IncludeValue | Out-String -Width 80 | Should -Match '(?s)Name +DType +Shape +Value\s.*w:0 +float32 +\[2, 10\] +1, 2, 3, 4, …'
        }

        It 'keeps nothing of a value with the graph' {
            $null = $small | Get-GraphTensor w -IncludeValue
            ($small | Get-GraphTensor w).PSObject.Properties['Value'] | Should -BeNullOrEmpty
        }
    }

    Context 'of a checkpoint' {
        BeforeAll {
            $folder = Join-Path $TestDrive checkpoints
            $saved = $session | Save-ModelCheckpoint $folder
        }

        It 'lists what is in it, without a session' {
            $tensors = $saved | Get-GraphTensor
            $tensors | ForEach-Object { $_ | Should -BeOfType ModelSessions.CheckpointTensor }
            $tensors.Name | Should -Contain 'w'
            $w = $tensors | Where-Object Name -EQ w
            $w.DType | Should -Be 'Float32'
            $w.Shape.ToString() | Should -Be '[784, 10]'
            $w.ByteLength | Should -Be 31360
        }

        It 'takes <_>' -ForEach 'model.ckpt-0', 'model.ckpt-0.index', 'model.ckpt-*', '' {
            (Get-GraphTensor w -Path (Join-Path $folder $_)).Name | Should -Be 'w'
        }

        It 'takes literal paths and files from the pipeline' {
            (Get-GraphTensor w -LiteralPath $folder/model.ckpt-0).Name | Should -Be 'w'
            (Get-Item $folder/model.ckpt-0.index | Get-GraphTensor w).Name | Should -Be 'w'
        }

        It 'reads values on demand' {
            $w = $saved | Get-GraphTensor w -IncludeValue
            $w.Value | Should -BeOfType ModelSessions.Tensor
            $w.Value.Shape.ToString() | Should -Be '[784, 10]'
        }

        It 'tells what the numbers are like, of each' {
            $all = $saved | Get-GraphTensor -Statistics
            ($all | Where-Object Name -EQ w).ZeroShare | Should -Be 1
            ($all | Where-Object Name -EQ iteration).Maximum | Should -Be 0
        }

        It 'fails for a name that is not there, tells the nearest, and goes on' {
            $failures = $null
            ($saved | Get-GraphTensor weight, iteratoin, w -ErrorAction SilentlyContinue -ErrorVariable failures).Name | Should -Be 'w'
            $failures.FullyQualifiedErrorId | Should -BeLike 'CheckpointVariableMissing,*'
            $failures[1].Exception.Message | Should -BeLike "*'iteration'*"
        }

        It 'finds variables of object-based checkpoints by their own names' {
            . $PSScriptRoot/Fixtures/Golden.ps1
            $path = Request-Golden checkpoints/object_keras_weights
            $keys = (Get-GraphTensor -Path $path).Name | Where-Object { $_ -like '*kernel/.ATTRIBUTES/VARIABLE_VALUE' }
            $keys | Should -Not -BeNullOrEmpty
            (Get-GraphTensor ($keys[0] -replace '/.ATTRIBUTES/VARIABLE_VALUE') -Path $path).Name | Should -Be $keys[0]
        }

        It 'completes names from the checkpoint' {
            (TabExpansion2 "Get-GraphTensor -Path $folder -Name it").CompletionMatches.CompletionText | Should -Be 'iteration'
            $global:one = $saved
            try {
                (TabExpansion2 '$one | Get-GraphTensor it').CompletionMatches.CompletionText | Should -Be 'iteration'
            }
            finally {
                Remove-Variable one -Scope Global
            }
        }

        It 'shows a tensor on one line' {
            $saved | Get-GraphTensor w | Out-String -Width 120 | Should -Match 'w +float32 +\[784, 10\] +31\.4 kB'
        }
    }
}
