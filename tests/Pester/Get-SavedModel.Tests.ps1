BeforeAll {
    . $PSScriptRoot/Fixtures/Golden.ps1
}

Describe 'Get-SavedModel' {
    It 'lists the graphs of a SavedModel with their tags and signatures' {
        $folder = Request-Golden saved_models/train_serve/model
        $graphs = Get-SavedModel $folder
        $graphs | ForEach-Object { $_ | Should -BeOfType ModelSessions.SavedModelGraph }
        $graphs.ForEach{ $_.Tags -join ' ' } | Should -Be 'train', 'serve', 'serve gpu'
        $graphs[0].Signatures.Name | Should -Be 'train'
        $graphs[0].Folder | Should -Be $folder
    }

    It 'takes files, patterns, literal paths and the pipeline' {
        $folder = Request-Golden saved_models/linear_text/model
        $expected = (Get-SavedModel $folder).NodeCount
        (Get-SavedModel $folder/saved_model.pbtxt).NodeCount | Should -Be $expected
        (Get-SavedModel $folder/saved_*.pbtxt).NodeCount | Should -Be $expected
        (Get-SavedModel -LiteralPath $folder).NodeCount | Should -Be $expected
        (Get-Item $folder | Get-SavedModel).NodeCount | Should -Be $expected
    }

    It 'pipes a graph into Restore-ModelSession, by its tags' {
        $graph = Get-SavedModel (Request-Golden saved_models/train_serve/model) | Where-Object { $_.Tags -contains 'train' }
        ($graph | Restore-ModelSession -WarningAction SilentlyContinue).Signatures.Name | Should -Be 'train'
        (Get-SavedModel (Request-Golden saved_models/no_tags/model) | Restore-ModelSession -WarningAction SilentlyContinue).Signatures | Should -HaveCount 1
    }

    It 'shows a graph on one line, by folder' {
        $text = Get-SavedModel (Request-Golden saved_models/vocab_main_op/model) | Out-String -Width 120
        $text | Should -Match 'Folder: .*vocab_main_op'
        $text | Should -Match 'serve +serving_default +\d+ +\d+ vocab\.txt'
    }

    It 'fails where there is none, and goes on' {
        $null = New-Item -ItemType Directory TestDrive:/empty
        $folder = Request-Golden saved_models/linear_text/model
        $failures = $null
        Get-SavedModel TestDrive:/empty, ./nowhere, $folder -ErrorAction SilentlyContinue -ErrorVariable failures | Should -HaveCount 1
        $failures | Should -HaveCount 2
        $failures.FullyQualifiedErrorId | ForEach-Object { $_ | Should -BeLike 'ModelNotFound,*' }
    }
}
