BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Story.ps1
    $session = New-ModelSession ([LineModel])
    $story = [Story]@{
        x       = $session | Get-GraphTensor x
        train   = $session.Operation('train')
        layers  = ($session | Get-GraphTensor x), @{ weight = $session | Get-GraphTensor w }
        metrics = @{ accuracy = $session | Get-GraphTensor accuracy }
        note    = 'not bound'
    }
}

Describe 'Export-ModelBinding' {
    It 'gives a table of the names in the fields of an object' {
        $names = $story | Export-ModelBinding
        $names | Should -BeOfType System.Collections.Specialized.OrderedDictionary
        $names.Keys | Should -Be 'x', 'train', 'layers', 'metrics'
        $names.x | Should -Be 'x:0'
        $names.train | Should -Be 'train'
        $names.layers[1].weight | Should -Be 'w:0'
        $names.metrics.accuracy | Should -Be 'accuracy:0'
    }

    It 'takes the listed fields alone, whatever their case' {
        ($story | Export-ModelBinding -Property X, Metrics).Keys | Should -Be 'x', 'metrics'
    }

    It 'takes a PSCustomObject, nested too' {
        $custom = [pscustomobject]@{ x = $story.x; inner = [pscustomobject]@{ train = $story.train }; rate = 0.1 }
        $names = $custom | Export-ModelBinding
        $names.Keys | Should -Be 'x', 'inner'
        $names.inner.train | Should -Be 'train'
    }

    It 'takes a hash table of tensors and names, and leaves it as it was' {
        $table = @{ layers = @($story.x, 'w:0'); 'metrics.accuracy' = $story.metrics.accuracy }
        $names = Export-ModelBinding -InputObject $table
        $names.layers | Should -Be 'x:0', 'w:0'
        $names.metrics.accuracy | Should -Be 'accuracy:0'
        $table.layers[0] | Should -BeOfType ModelSessions.GraphTensor
        $table.Keys | Should -HaveCount 2
    }

    It 'takes a session for its own binding' {
        $names = $session | Export-ModelBinding
        $names.loss | Should -Be 'loss:0'
        $names.hyperparameters.learning_rate | Should -Be 'learning_rate:0'
    }

    It 'writes JSON' {
        $file = Join-Path $TestDrive story.json
        $story | Export-ModelBinding $file | Should -BeNullOrEmpty
        (Get-Content $file -Raw | ConvertFrom-Json).metrics.accuracy | Should -Be 'accuracy:0'
        Push-Location $TestDrive
        try {
            $session | Export-ModelBinding ./roles.json -Property loss, train
        }
        finally {
            Pop-Location
        }

        (Get-Content TestDrive:/roles.json -Raw | ConvertFrom-Json).psobject.Properties.Name | Should -Be 'loss', 'train'
    }

    It 'writes nothing with -WhatIf' {
        $story | Export-ModelBinding TestDrive:/whatif.json -WhatIf
        'TestDrive:/whatif.json' | Should -Not -Exist
        $story | Export-ModelBinding -Session $session -Name whatif -WhatIf
        $session.Graph.Bindings.Names | Should -Not -Contain 'whatif'
    }

    It 'stores with the graph, so that it comes back with a checkpoint' {
        $story | Export-ModelBinding -Session $session -Name story
        $session.Graph.Bindings.Names | Should -Be 'story'
        $restored = $session | Save-ModelCheckpoint TestDrive:/stored | Restore-ModelSession
        ($restored | Import-ModelBinding -Name story).metrics.accuracy.Name | Should -Be 'accuracy:0'
    }

    It 'refuses a second object for the same file' {
        $failures = $null
        $story, $session | Export-ModelBinding TestDrive:/two.json -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        (Get-Content TestDrive:/two.json -Raw | ConvertFrom-Json).x | Should -Be 'x:0'
    }

    It 'refuses what holds nothing to be bound, and goes on' {
        $failures = $null
        $names = [pscustomobject]@{ a = 1 }, $story | Export-ModelBinding -ErrorAction SilentlyContinue -ErrorVariable failures
        $names.x | Should -Be 'x:0'
        $failures.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
    }

    It 'refuses a field that is not there, and tells the nearest' {
        $failure = { $story | Export-ModelBinding -Property trian -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        $failure.Exception.Message | Should -BeLike "*'train'*"
    }

    It 'refuses to store names that the graph lacks' {
        $failure = { @{ x = 'y:7' } | Export-ModelBinding -Session $session -Name bad -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
    }

    It 'completes the names of bindings that are stored' {
        $global:line = $session
        try {
            (TabExpansion2 'Export-ModelBinding -Session $line -Name st').CompletionMatches.CompletionText | Should -Be 'story'
        }
        finally {
            Remove-Variable line -Scope Global
        }
    }
}
