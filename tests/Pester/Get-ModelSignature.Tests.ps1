BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Golden.ps1
    $session = New-ModelSession ([LineModel])
}

Describe 'Get-ModelSignature' {
    It 'lists the signatures of a SavedModel, without a session' {
        $signatures = Get-ModelSignature (Request-Golden saved_models/classify_regress/model)
        $signatures.Name | Should -Be 'predict', 'raw', 'regress', 'serving_default', 'sparse'
        $raw = $signatures | Where-Object Name -EQ raw
        $raw.Inputs[0].Name | Should -Be 'x'
        $raw.Outputs.Name | Should -Be 'p', 'reg'
        $raw.Tags | Should -Be 'serve'
    }

    It 'picks them by name' {
        (Get-ModelSignature (Request-Golden saved_models/classify_regress/model) -Name r*, predict).Name | Should -Be 'predict', 'raw', 'regress'
    }

    It 'lists those of a session: one made of its binding' {
        $signature = $session | Get-ModelSignature
        $signature.Name | Should -Be 'serving_default'
        $signature.Inputs[0].Tensor | Should -Be 'x:0'
    }

    It 'takes SavedModels from the pipeline' {
        (Get-SavedModel (Request-Golden saved_models/train_serve/model) | Select-Object -First 1 -ExpandProperty Folder | Get-ModelSignature -Name train).Outputs.Name | Should -Be 'loss'
    }

    It 'shows a signature on one line' {
        $session | Get-ModelSignature | Out-String -Width 140 | Should -Match 'serving_default +inputs float32 \[\?, 784\] +predictions float32 \[\?, 10\]'
    }

    It 'shows those that are no output of a cmdlet, in strict mode too' {
        Set-StrictMode -Version 3
        $before = $Error.Count
        $session.Signatures | Out-String -Width 140 | Should -Match 'serving_default'
        $Error.Count | Should -Be $before
    }

    It 'fails where there is none' {
        { Get-ModelSignature ./nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'ModelNotFound,*'
    }

    It 'completes names from the session' {
        $global:line = $session
        try {
            (TabExpansion2 '$line | Get-ModelSignature -Name s').CompletionMatches.CompletionText | Should -Be 'serving_default'
        }
        finally {
            Remove-Variable line -Scope Global
        }
    }
}
