BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Story.ps1
    $session = New-ModelSession ([LineModel])
    $names = [ordered]@{ x = 'x:0'; train = 'train'; layers = @('x:0', @{ weight = 'w:0' }); metrics = @{ accuracy = 'accuracy:0' } }
    $file = Join-Path $TestDrive story.json
    Export-ModelBinding -InputObject $names $file
}

Describe 'Import-ModelBinding' {
    It 'makes a PSCustomObject of a JSON file' {
        $story = $session | Import-ModelBinding $file
        $story.x | Should -BeOfType ModelSessions.GraphTensor
        $story.train | Should -BeOfType ModelSessions.GraphOperation
        $story.layers[1].weight.Name | Should -Be 'w:0'
        $story.metrics.accuracy.Name | Should -Be 'accuracy:0'
        [object]::ReferenceEquals($story.x.Graph, $session.Graph) | Should -BeTrue
    }

    It 'takes paths with wildcards, literal ones and files from the pipeline' {
        ($session | Import-ModelBinding TestDrive:/st*.json).x.Name | Should -Be 'x:0'
        ($session | Import-ModelBinding -LiteralPath $file).x.Name | Should -Be 'x:0'
        (Get-Item $file | Import-ModelBinding -Session $session).x.Name | Should -Be 'x:0'
    }

    It 'takes a table, which it does not change' {
        $before = $names | ConvertTo-Json -Depth 5
        $story = $session | Import-ModelBinding -Binding $names
        $story.layers[1].weight.Name | Should -Be 'w:0'
        $names | ConvertTo-Json -Depth 5 | Should -Be $before
        ($names | Import-ModelBinding -Session $session).x.Name | Should -Be 'x:0'
        ($session | Import-ModelBinding -Binding ([pscustomobject]@{ x = 'x:0' })).x.Name | Should -Be 'x:0'
        ($session | Import-ModelBinding -Binding $session.Binding).loss.Name | Should -Be 'loss:0'
    }

    It 'binds again in another session' {
        $other = New-ModelSession ([LineModel])
        $story = $session | Import-ModelBinding $file
        $again = $story | Export-ModelBinding | Import-ModelBinding -Session $other
        [object]::ReferenceEquals($again.x.Graph, $other.Graph) | Should -BeTrue
    }

    It 'makes an object of a class' {
        $story = $session | Import-ModelBinding $file -Into ([Story])
        $story | Should -BeOfType ([Story])
        $story.train.Name | Should -Be 'train'
        $story.layers[1].weight.Name | Should -Be 'w:0'
        $story.metrics['accuracy'].Name | Should -Be 'accuracy:0'
    }

    It 'fills a given object and emits it on demand' {
        $story = [Story]@{ note = 'mine' }
        $session | Import-ModelBinding $file -Into $story | Should -BeNullOrEmpty
        $story.x.Name | Should -Be 'x:0'
        $story.note | Should -Be 'mine'
        $emitted = $session | Import-ModelBinding $file -Into $story -PassThru
        [object]::ReferenceEquals($emitted, $story) | Should -BeTrue
    }

    It 'fills a given PSCustomObject and a given table' {
        $custom = [pscustomobject]@{ x = $null; note = 'mine' }
        $session | Import-ModelBinding $file -Into $custom
        $custom.x.Name | Should -Be 'x:0'
        $custom.train.Name | Should -Be 'train'
        $custom.note | Should -Be 'mine'
        $table = @{ note = 'mine' }
        $session | Import-ModelBinding $file -Into $table
        $table.metrics.accuracy.Name | Should -Be 'accuracy:0'
        $table.note | Should -Be 'mine'
    }

    It 'makes a table' {
        $table = $session | Import-ModelBinding $file -Into ([hashtable])
        $table | Should -BeOfType hashtable
        $table.X.Name | Should -Be 'x:0'
    }

    It 'takes what is stored with the graph, by its name' {
        Export-ModelBinding -InputObject $names -Session $session -Name story
        ($session | Import-ModelBinding -Name story).x.Name | Should -Be 'x:0'
    }

    It 'lists all names that the graph lacks, each with the nearest, and changes nothing' {
        $story = [Story]::new()
        $failure = { $session | Import-ModelBinding -Binding @{ x = 'x:0'; train = 'trian'; layers = @('acuracy:0') } -Into $story -ErrorAction Stop } |
            Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        $failure.Exception.Message | Should -BeLike "*'trian'*'train'*"
        $failure.Exception.Message | Should -BeLike "*'acuracy:0'*'accuracy'*"
        $story.x | Should -BeNullOrEmpty
    }

    It 'looks in a scope' {
        $failure = { $session | Import-ModelBinding $file -Scope m1 -ErrorAction Stop } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike "*'m1/x:0'*"
    }

    It 'goes on where one file is missing or damaged' {
        Set-Content TestDrive:/bad.json '{"x": 1}'
        $failures = $null
        $found = $session | Import-ModelBinding ./nowhere.json, TestDrive:/bad.json, $file -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.x.Name | Should -Be 'x:0'
        $failures.FullyQualifiedErrorId | Should -BeLike 'Binding*,*'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'BindingNotFound,*'
        $failures[1].FullyQualifiedErrorId | Should -BeLike 'BindingDamaged,*'
    }

    It 'refuses an object without the field' {
        $failure = { $session | Import-ModelBinding -Binding @{ y = 'y:0' } -Into ([Story]) -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
        $failure.Exception.Message | Should -BeLike "Story has no field 'y'*"
    }

    It 'refuses a name that nothing is stored under' {
        $failure = { $session | Import-ModelBinding -Name sotry -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'GraphNameNotFound,*'
    }
}
