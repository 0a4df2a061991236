
Describe 'Branches and loops in PowerShell' {
    BeforeEach {
        $g = [ModelSessions.GraphBuilder]::new()
        $zero = $g.Constant([ModelSessions.Tensor]::Scalar(0))
        $x = $g.Constant(3.0)
    }

    It 'loops over one tensor with scriptblocks' {
        $left = $g.WhileLoop({ param($i) $i.Less(10) }, { param($i) $i + 3 }, $zero)
        $left | Should -BeOfType ModelSessions.GraphTensor
        $left.Operation.Name | Should -Be 'while/Exit'
    }

    It 'loops over an array of tensors, one by one' {
        $i, $sum = $g.WhileLoop({ param($i, $sum) $i.Less(4) }, { param($i, $sum) ($i + 1), ($sum + $x) }, @($zero, $x))
        $i.Operation.Name | Should -Be 'while/Exit'
        $sum.Operation.Name | Should -Be 'while/Exit_1'
    }

    It 'loops over an array of one tensor' {
        $left = $g.WhileLoop({ param($i) $i.Less(10) }, { param($i) $i + 3 }, @($zero))
        @($left).Count | Should -Be 1
        @($left)[0].Operation.Name | Should -Be 'while/Exit'
    }

    It 'takes options from a table' {
        $g.WhileLoop({ param($i) $i.Less(10) }, { param($i) $i + 3 }, $zero, @{ MaximumIterations = 2; Name = 'grow' }).Name | Should -Be 'grow/Exit_1:0'
    }

    It 'loops over arrays of tensors' {
        $array = $g.TensorArray('Float32', 3)
        $i, $array = $g.WhileLoop({ param($i, $a) $i.Less(3) }, { param($i, $a) ($i + 1), $a.Write($i, $x) }, @($zero, $array))
        $array.Stack().Shape.ToString() | Should -Be '[3]'
    }

    It 'chooses between scriptblocks' {
        $y = $g.Cond($x.Less(5.0), { $x * 2 }, { $x })
        $y | Should -BeOfType ModelSessions.GraphTensor
        $y.Operation.Type | Should -Be 'Merge'
        $a, $b = $g.Cond($x.Less(5.0), { $x, $zero }, { ($x + 1), $zero })
        $a.DType, $b.DType | Should -Be 'Float32', 'Int32'
    }

    It 'chooses among several scriptblocks' {
        $g.Case(@($x.Less(1.0), $x.Less(4.0)), @({ $x }, { $x * 2 }), { $x * 3 }).Operation.Type | Should -Be 'Merge'
    }

    It 'maps and folds with scriptblocks' {
        $rows = $g.Placeholder('Float32', 3)
        $g.MapFn({ param($r) $r * $r }, $rows).Shape.ToString() | Should -Be '[3]'
        $g.Scan({ param($a, $r) $a + $r }, $rows).Shape.ToString() | Should -Be '[3]'
        $g.Foldl({ param($a, $r) $a + $r }, $rows).Shape.ToString() | Should -Be '[]'
    }

    It 'tells what a body must give' {
        { $g.WhileLoop({ param($i, $y) $i.Less(10) }, { param($i, $y) $i + 1 }, @($zero, $x)) } | Should -Throw '*as many values as it takes*'
    }

    It 'tells of values that are in a loop only' {
        $script:inside = $null
        $null = $g.WhileLoop({ param($i) $i.Less(10) }, { param($i) $script:inside = $i; $i + 3 }, $zero)
        { $inside + 1 } | Should -Throw '*only inside of*'
    }
}
