BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
    $session = New-ModelSession ([LineModel])
}

AfterAll {
    Get-ModelSession | Remove-ModelSession -Force
}

Describe 'Measure-Model' {
    It 'tells how long runs take, and with what' {
        $found = $session | Measure-Model $data -Count 20 -WarmUp 2 -BatchSize 10
        $found | Should -BeOfType ModelSessions.ModelMeasurement
        $found.Count | Should -Be 20
        $found.BatchSize | Should -Be 10
        $found.Minimum | Should -BeGreaterThan ([timespan]::Zero)
        $found.Median | Should -BeGreaterOrEqual $found.Minimum
        $found.P95 | Should -BeGreaterOrEqual $found.Median
        $found.ExamplesPerSecond | Should -BeGreaterThan 0
        $found.PeakMemory | Should -BeGreaterThan 0
        $found.Engine | Should -Be $session.EngineName
        $found.ThreadCount | Should -BeGreaterThan 0
        $found.Run | Should -Be $session.Tensor('predictions').Name
        $found.Nodes | Should -HaveCount 0
    }

    It 'measures each of several sizes' {
        ($session | Measure-Model $data.Validation -Count 2 -BatchSize 1, 5).BatchSize | Should -Be 1, 5
    }

    It 'needs no data: inputs are zeros then' {
        ($session | Measure-Model -Count 2 -BatchSize 3).BatchSize | Should -Be 3
    }

    It 'takes values and names, and a signature' {
        $image = , (@(0.5) * 784)
        $found = $session | Measure-Model -Feed @{ inputs = $image; labels = , (@(1) + @(0) * 9) } -Fetch loss -Count 2
        $found.Run | Should -Be 'loss:0'
        $found.BatchSize | Should -Be 1
        ($session | Measure-Model -Signature serving_default -Feed @{ Inputs = $image } -Count 2).BatchSize | Should -Be 1
        { $session | Measure-Model -Feed @{ inputs = $image } -BatchSize 2 -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        { $session | Measure-Model -Signature serving_default -Fetch loss -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        { $session | Measure-Model -Fetch nope -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
    }

    It 'changes nothing unless operations are run' {
        $before = $session.Iteration
        $null = $session | Measure-Model $data -Fetch loss -Count 2
        $session.Iteration | Should -Be $before
        $null = $session | Measure-Model $data -Target train -Count 2 -WarmUp 1
        $session.Iteration | Should -Be ($before + 3)
    }

    It 'tells the time of each kind of op' {
        $nodes = ($session | Measure-Model $data -Count 3 -Node).Nodes
        $nodes.Type | Should -Contain 'Softmax'
        [Math]::Abs(($nodes.Share | Measure-Object -Sum).Sum - 1) | Should -BeLessThan 1e-6
        ($nodes | Out-String) | Should -Match 'Duration ms'
    }

    It 'shows a measurement on one line' {
        $lines = ($session | Measure-Model $data -Count 2 | Out-String -Width 200).Trim() -split '\r?\n'
        $lines | Should -HaveCount 5
        $lines[0] | Should -Match '^Engine: Embedded, threads: \d+$'
        $lines[2] | Should -Match 'Median ms.*Examples/s.*Memory$'
    }
}
