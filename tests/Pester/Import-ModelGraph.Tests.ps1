BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Golden.ps1
    $image = , (1..784).ForEach{ $_ / 784 }
    $source = New-ModelSession ([LineModel]) -Seed 1 | Invoke-ModelTraining (Import-ModelDataset) -Steps 5
    $frozen = Join-Path $TestDrive frozen.pb
    $source | Export-ModelGraph $frozen -Frozen -Output predictions
    $meta = ($source | Save-ModelCheckpoint $TestDrive/saved).Prefix + '.meta'
    $predictions = $source.Binding['predictions']
    function Get-Prediction($Session, $Name, $Feed) { ($Session | Invoke-ModelSession $Name -Feed @{ $Feed = $image }).$Name.ToArray() -join ' ' }
    $expected = Get-Prediction $source predictions inputs
}

Describe 'Import-ModelGraph' {
    It 'opens a new session, in a scope if wanted' {
        $new = Import-ModelGraph $frozen
        $new | Should -BeOfType ModelSessions.ModelSession
        Get-Prediction $new $predictions x | Should -Be $expected
        $scoped = Import-ModelGraph $frozen -Prefix net
        Get-Prediction $scoped "net/$predictions" net/x | Should -Be $expected
        $scoped.Binding['predictions'] | Should -Be "net/$predictions"
    }

    It 'refuses stored shapes that contradict the graph, unless it is told to pass over them' {
        $file = Join-Path $TestDrive contradictory.pbtxt
        Set-Content $file @'
node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } attr { key: "shape" value { shape { dim { size: 2 } } } } }
node { name: "y" op: "Neg" input: "x" attr { key: "T" value { type: DT_FLOAT } } attr { key: "_output_shapes" value { list { shape { dim { size: 7 } } } } } }
'@
        $failure = { Import-ModelGraph $file -WarningAction SilentlyContinue -ErrorAction Stop } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeLike '*-IgnoreShapeConflict*'
        foreach ($command in 'Import-ModelGraph', 'Restore-ModelSession') {
            $opened = & $command $file -IgnoreShapeConflict -WarningVariable said -WarningAction SilentlyContinue
            ($opened | Invoke-ModelSession y -Feed @{ x = 1, 2 }).y.ToArray() | Should -Be -1, -2
            "$said" | Should -BeLike "*'y'*"
        }
    }

    It 'adds to a session, which it passes on, and each copy has its scope' {
        $session = New-ModelSession ([LineModel])
        $emitted = $session | Import-ModelGraph $frozen -Prefix net | Import-ModelGraph $frozen -Prefix net
        $emitted | Should -Be $session
        Get-Prediction $session "net/$predictions" net/x | Should -Be $expected
        Get-Prediction $session "net_1/$predictions" net_1/x | Should -Be $expected
    }

    It 'gives the elements that are asked for' {
        $session = New-ModelSession ([LineModel])
        $x, $operation = $session | Import-ModelGraph $frozen -Prefix net -ReturnElement x:0, w
        $x | Should -BeOfType ModelSessions.GraphTensor
        $x.Name | Should -Be 'net/x:0'
        $operation | Should -BeOfType ModelSessions.GraphOperation
    }

    It 'puts tensors of the session in place of the file''s, by tensor or by name' {
        $session = New-ModelSession ([LineModel])
        $one = $session | Import-ModelGraph $frozen -Prefix one -InputMap @{ 'x:0' = 'inputs' } -ReturnElement $predictions
        Get-Prediction $session $one.Name x | Should -Be $expected
        $two = $session | Import-ModelGraph $frozen -Prefix two -InputMap @{ x = $session | Get-GraphTensor x } -StopGradient -ReturnElement $predictions
        Get-Prediction $session $two.Name x | Should -Be $expected
        { $session | Import-ModelGraph $frozen -InputMap @{ lost = 'x:0' } -ErrorAction Stop } | Should -Throw -ErrorId 'Graph*,*'
    }

    It 'adds a MetaGraph, whose values come from its checkpoint' {
        $session = New-ModelSession ([LineModel]) -Seed 2
        $null = $session | Import-ModelGraph $meta -Prefix net
        $session.ReadVariable('net/w').Shape.ToString() | Should -Be '[784, 10]'
        $null = $session | Restore-ModelCheckpoint $TestDrive/saved -Scope net
        Get-Prediction $session "net/$predictions" net/x | Should -Be $expected
    }

    It 'takes what TensorFlow froze, as text too' {
        $folder = Request-Golden frozen/mlp_ref
        $session = New-ModelSession ([LineModel])
        $session | Import-ModelGraph $folder/frozen.pb, $folder/frozen.pbtxt -Prefix net | Should -HaveCount 2
        ($session | Get-GraphTensor net/x, net_1/x).Count | Should -Be 2
    }

    It 'takes files from the pipeline' {
        (Get-Item $frozen | Import-ModelGraph -Prefix net).Binding['predictions'] | Should -Be "net/$predictions"
    }

    It 'fails where there is nothing, and goes on' {
        $failures = $null
        Import-ModelGraph ./nowhere.pb, $frozen -ErrorAction SilentlyContinue -ErrorVariable failures | Should -HaveCount 1
        $failures.FullyQualifiedErrorId | Should -BeLike 'ModelNotFound,*'
        $session = New-ModelSession ([LineModel])
        { $session | Import-ModelGraph ./nowhere.pb -ErrorAction Stop } | Should -Throw -ErrorId 'ModelNotFound,*'
    }

    It 'refuses a SavedModel for a session that is there' {
        $source | Export-ModelGraph TestDrive:/model -WarningAction SilentlyContinue
        $session = New-ModelSession ([LineModel])
        { $session | Import-ModelGraph TestDrive:/model -ErrorAction Stop } | Should -Throw -ErrorId 'NotSupported,*'
        (Import-ModelGraph TestDrive:/model).Name | Should -Be 'Line'
    }
}
