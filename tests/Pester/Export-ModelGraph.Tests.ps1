BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $session = New-ModelSession ([LineModel]) -Seed 1 | Invoke-ModelTraining (Import-ModelDataset) -Steps 5
    $image = , (1..784).ForEach{ $_ / 784 }
    function Get-Prediction($Session) { ($Session | Invoke-ModelSession predictions -Feed @{ inputs = $image }).predictions.ToArray() -join ' ' }
    $expected = Get-Prediction $session
}

Describe 'Export-ModelGraph' {
    It 'writes a frozen graph, <_>, that predicts the same without a checkpoint' -ForEach 'frozen.pb', 'frozen.pbtxt', 'frozen.meta' {
        $session | Export-ModelGraph TestDrive:/$_ -Frozen -Output predictions | Should -BeNullOrEmpty
        $opened = Restore-ModelSession TestDrive:/$_
        $opened.Variables | Should -BeNullOrEmpty
        $opened.Name | Should -Be 'Line'
        Get-Prediction $opened | Should -Be $expected
    }

    It 'writes a SavedModel where there is no extension' {
        $session | Export-ModelGraph TestDrive:/saved
        $opened = Restore-ModelSession TestDrive:/saved
        Get-Prediction $opened | Should -Be $expected
        (Get-SavedModel TestDrive:/saved).Tags | Should -Be 'serve'
        (Get-ModelSignature TestDrive:/saved).Name | Should -Be 'serving_default'
    }

    It 'tells what it wrote, on demand, and what it guessed' {
        $warnings = $null
        $told, $result = ($session | Export-ModelGraph TestDrive:/told.pb -Frozen -PassThru -WarningVariable warnings -Verbose 4>&1).Where({ $_ -is [ModelSessions.ExportResult] }, 'Split')[1, 0]
        $result | Should -BeOfType ModelSessions.ExportResult
        $result.Format | Should -Be 'Pb'
        $result.Frozen | Should -Be 'w'
        "$told" | Should -BeLike '*No outputs were given*'
        $warnings | Should -BeNullOrEmpty
        $result | Out-String -Width 160 | Should -Match 'Pb +.+ +1 variables +.*told\.pb'
        Get-Prediction ($result | Restore-ModelSession) | Should -Be $expected
    }

    It 'takes the form that is asked for, whatever the extension' {
        ($session | Export-ModelGraph TestDrive:/graph.dat -Format Pbtxt -Frozen -Output predictions -PassThru).Format | Should -Be 'Pbtxt'
        Get-Content TestDrive:/graph.dat -TotalCount 1 | Should -BeLike 'node*'
    }

    It 'warns of values that a graph does not hold' {
        $warnings = $null
        $session | Export-ModelGraph TestDrive:/plain.meta -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike '*does not hold the values*'
    }

    It 'takes signatures and tags for a SavedModel' {
        $session | Export-ModelGraph TestDrive:/signed -Tag serve, mine -Signature @{ classify = @{ inputs = @{ image = 'x:0' }; outputs = @{ p = $session.Binding['predictions'] } } }
        $signature = Get-ModelSignature TestDrive:/signed
        $signature.Name | Should -Be 'classify'
        $signature.Tags | Should -Be 'serve', 'mine'
        $result = Restore-ModelSession TestDrive:/signed -WarningAction SilentlyContinue | Invoke-ModelSession -Signature classify -Feed @{ image = $image }
        $result.p.ToArray() -join ' ' | Should -Be $expected
    }

    It 'refuses a signature with a slip in it, and writes nothing' {
        { $session | Export-ModelGraph TestDrive:/slip -Signature @{ classify = @{ input = @{ image = 'x:0' }; outputs = @{ p = 'y:0' } } } -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        'TestDrive:/slip' | Should -Not -Exist
    }

    It 'writes over another SavedModel only by force' {
        $session | Export-ModelGraph TestDrive:/again
        { $session | Export-ModelGraph TestDrive:/again -ErrorAction Stop } | Should -Throw -ErrorId 'ModelExists,*'
        $session | Export-ModelGraph TestDrive:/again -Force
    }

    It 'leaves variables that are excluded' {
        $result = $session | Export-ModelGraph TestDrive:/partly.pb -Frozen -Output predictions -Exclude w* -PassThru -WarningAction SilentlyContinue
        $result.Frozen | Should -BeNullOrEmpty
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a scope that has no effect'; Arguments = @{ Path = 'TestDrive:/x.pb'; Scope = 'a' }; Id = 'InvalidArgument' }
        @{ What = 'tags that have no effect'; Arguments = @{ Path = 'TestDrive:/x.pb'; Tag = 'a' }; Id = 'InvalidArgument' }
        @{ What = 'what is to be frozen, of a graph that is not'; Arguments = @{ Path = 'TestDrive:/x.pb'; Include = 'w' }; Id = 'InvalidArgument' }
        @{ What = 'a variable that is not there'; Arguments = @{ Path = 'TestDrive:/x.pb'; Frozen = $true; Include = 'v' }; Id = 'GraphNameNotFound' }
        @{ What = 'an output that is not there'; Arguments = @{ Path = 'TestDrive:/x.pb'; Output = 'lost' }; Id = 'Graph*' }
    ) {
        $failure = { $session | Export-ModelGraph @Arguments -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        'TestDrive:/x.pb' | Should -Not -Exist
    }

    It 'tells the role that is near an output' {
        { $session | Export-ModelGraph TestDrive:/x.pb -Frozen -Output predictons -ErrorAction Stop } | Should -Throw "*Did you mean 'predictions'*"
    }

    It 'writes nothing with -WhatIf' {
        $session | Export-ModelGraph TestDrive:/whatif.pb -WhatIf
        'TestDrive:/whatif.pb' | Should -Not -Exist
    }

    It 'completes outputs and variables' {
        $global:line = $session
        try {
            (TabExpansion2 '$line | Export-ModelGraph ./x.pb -Output acc').CompletionMatches.CompletionText | Should -Contain 'accuracy:0'
            (TabExpansion2 '$line | Export-ModelGraph ./x.pb -Exclude w').CompletionMatches.CompletionText | Should -Be 'w'
        }
        finally {
            Remove-Variable line -Scope Global
        }
    }
}
