BeforeAll {
    $g = [ModelSessions.GraphBuilder]::new()
    $a = $g.Placeholder('Float32', [ModelSessions.Shape]::new([long[]](-1, 3)), 'a')
    $b = $g.Placeholder('Float32', [ModelSessions.Shape]::new([long[]](3)), 'b')
}

Describe 'A graph in PowerShell' {
    It 'has operators: <_>' -ForEach '$a + $b', '$a - $b', '$a * $b', '$a / $b', '-$a', '$a % 2', '$a * 2', '2 * $a', '1 - $a', '$a + 0.5', '3 / $a' {
        $result = & ([scriptblock]::Create($_))
        $result | Should -BeOfType ModelSessions.GraphTensor
        $result.DType | Should -Be 'Float32'
        $result.Shape.ToString() | Should -Be '[?, 3]'
    }

    It 'takes a list, or a number, for a shape' {
        $g.Placeholder('Float32', @(-1, 4)).Shape.ToString() | Should -Be '[?, 4]'
        $g.Placeholder('Float32', 7).Shape.ToString() | Should -Be '[7]'
        $g.Placeholder('Float32', @()).Shape.ToString() | Should -Be '[]'
    }

    It 'takes lists where an operation takes a vector' {
        $g.Reshape($a, @(-1, 1)).Shape.ToString() | Should -Be '[?, 1]'
        $g.Slice($a, @(0, 1), @(-1, 2)).Shape.ToString() | Should -Be '[?, 2]'
        $g.Reshape($a, @($g.Constant(3, 'Int32'), 2)).Shape.Rank | Should -Be 2
        { $g.Reshape($a, @('x', 2)) } | Should -Throw "*'x' in a list*"
    }

    It 'has comparisons' {
        $a.Less(0.5).DType | Should -Be 'Bool'
        $a.GreaterEqual($b).DType | Should -Be 'Bool'
    }

    It 'takes any op with a table of attributes' {
        $product = $g.AddOperation('MatMul', 'product', @{ transpose_b = $true }, $a, $a)
        $product.Name | Should -Be 'product'
        $product.Outputs[0].Shape.ToString() | Should -Be '[?, ?]'
    }

    It 'names by scopes' {
        $scope = $g.NameScope('layer')
        try { $g.Relu($a).Name | Should -Be 'layer/Relu:0' } finally { $scope.Dispose() }
        $g.Relu($a).Name | Should -Be 'Relu:0'
    }

    It 'tells of shapes that contradict' {
        { $g.MatMul($a, $g.Constant(1.0, 'Float32', [ModelSessions.Shape]::new([long[]](5, 2)))) } | Should -Throw '*`[5, 2`]*'
    }

    It 'differentiates' {
        $gradient = [ModelSessions.Gradients]::Of($g.ReduceSum($a * $a), $a)
        $gradient[0].Shape.ToString() | Should -Be '[?, 3]'
    }
}
