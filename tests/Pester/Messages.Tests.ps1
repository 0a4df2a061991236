BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $data = Import-ModelDataset
    $session = New-ModelSession ([LineModel])
}

Describe '-Verbose and -Debug' {
    AfterAll {
        $session | Remove-ModelSession -Force
    }

    It 'tells which engine runs a new session and why' {
        $told = New-ModelSession ([LineModel]) -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$told" | Should -BeLike '*(session *): * operations, * variables; seed *engine Embedded, the first one here that can run all that is bound (*train*)*'
    }

    It 'tells how an evaluation is done' {
        "$($session | Test-Model $data.Validation -Verbose 4>&1)" | Should -BeLike "*is evaluated on '*validation', 1,000 examples, 200 at once, on the engine Embedded.*"
    }

    It 'shows the plans that were run: steps in their order, where variables are written, how often' {
        # With -Debug a cmdlet stops at each message where there is somebody to ask.
        $DebugPreference = 'Continue'
        $told = $session | Invoke-ModelTraining $data -Steps 2 -BatchSize 5 -ReportInterval 0 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] }
        @($told).Count | Should -Be 1
        "$told" | Should -BeLike '*: 2 runs of (*x:0*) -> (*loss:0, ^train*): * nodes as * steps, *variables are written from step * on*'
        "$told" | Should -Match '\n +\d+  MatMul '
    }

    It 'says nothing unasked' {
        $session | Invoke-ModelTraining $data -Steps 1 -BatchSize 5 -ReportInterval 0 4>&1 5>&1 | Should -Be $session
    }
}
