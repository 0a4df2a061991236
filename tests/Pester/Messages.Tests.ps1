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
        "$told" | Should -BeLike '*(session *): * operations, * variables; seed *; bound are *train*. It runs on the engine Embedded, the first one here that can run all that is bound.*'
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

    It 'tells how <Name> is done, in a sentence' -ForEach @(
        @{ Name = 'a training'; Script = { $session | Invoke-ModelTraining $data -Steps 1 -BatchSize 5 -LearningRate 0.1 -ReportInterval 0 -Verbose 4>&1 }; Expected = "* is trained on 'Mnist sample', 9,000 examples, 5 at once, learning_rate 0.1, on the engine Embedded.*" }
        @{ Name = 'a measurement'; Script = { $session | Measure-Model -Count 3 -WarmUp 1 -Verbose 4>&1 }; Expected = '* is measured by 3 runs, after 1 to warm up, on the engine Embedded.*' }
        @{ Name = 'a test of a checkpoint'; Script = { Test-ModelCheckpoint $saved.Prefix -Data $data.Validation -Verbose 4>&1 }; Expected = "*model.ckpt-*': * tensors are read to their ends, all are sound. * is evaluated on '*validation', 1,000 examples, on the engine Embedded.*" }
        @{ Name = 'a copy'; Script = { $session | Copy-ModelSession -Verbose 4>&1 }; Expected = '* (session *) is a copy of session *, on the engine Embedded.*' }
        @{ Name = 'an import'; Script = { Import-ModelDataset -Verbose 4>&1 }; Expected = '*; an example is `[28, 28`], read from memory.*' }
    ) {
        $saved = $session | Save-ModelCheckpoint $TestDrive/messages
        "$(& $Script | Where-Object { $_ -is [Management.Automation.VerboseRecord] })" | Should -BeLike $Expected
    }

    It 'shows the plans of <Name>' -ForEach @(
        @{ Name = 'predictions'; Script = { $session | Invoke-ModelPrediction $data -First 3 5>&1 } }
        @{ Name = 'predictions of a model that is opened for them'; Script = { Invoke-ModelPrediction -Model $saved $data -First 3 5>&1 } }
        @{ Name = 'a test of a checkpoint'; Script = { $saved | Test-Model $data.Validation 5>&1 } }
        @{ Name = 'a test of a checkpoint and its data'; Script = { $saved | Test-ModelCheckpoint -Data $data.Validation 5>&1 } }
    ) {
        $saved = $session | Save-ModelCheckpoint $TestDrive/messages
        $DebugPreference = 'Continue'
        $told = @(& $Script | Where-Object { $_ -is [Management.Automation.DebugRecord] })
        "$told" | Should -BeLike '* of (*x:0*) -> (*): * nodes as * steps*' -Because 'it is what ran'
    }

    It 'says nothing unasked' {
        $session | Invoke-ModelTraining $data -Steps 1 -BatchSize 5 -ReportInterval 0 4>&1 5>&1 | Should -Be $session
    }
}
