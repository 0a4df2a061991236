# What all cmdlets say of what is wrong: one row for each fault, with the error's id, its category and a part of its message.
BeforeDiscovery {
    $faults = @(
        # Files that are not there, empty, something else, or cut.
        @{ Do = { Restore-ModelSession ./nowhere }; Id = 'CheckpointNotFound'; Category = 'ObjectNotFound'; Says = 'nowhere' }
        @{ Do = { Restore-ModelSession ./nowhere.pb }; Id = 'ModelNotFound'; Category = 'ObjectNotFound'; Says = 'not there' }
        @{ Do = { Restore-ModelSession ./empty }; Id = 'CheckpointNotFound'; Category = 'ObjectNotFound'; Says = 'It is empty' }
        @{ Do = { Restore-ModelSession ./empty.pb }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'the file is empty' }
        @{ Do = { Restore-ModelSession ./junk.pb }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'no graph' }
        @{ Do = { Restore-ModelSession ./junk.meta }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'no MetaGraph' }
        @{ Do = { Restore-ModelSession ./text.txt }; Id = 'ModelInvalid'; Category = 'InvalidArgument'; Says = 'neither a file of a checkpoint nor a graph' }
        @{ Do = { Restore-ModelSession ./cut.pb }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'copy it again' }
        @{ Do = { Restore-ModelSession ./junkmodel }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'no SavedModel' }
        @{ Do = { Restore-ModelSession ./emptymodel }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'holds no graph' }
        @{ Do = { Restore-ModelSession ./model -Tag train }; Id = 'ModelNotFound'; Category = 'ObjectNotFound'; Says = 'it has {serve}' }
        @{ Do = { Restore-ModelSession ./lostmain }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = "names 'nothing'" }
        @{ Do = { Restore-ModelSession ./model/variables }; Id = 'CheckpointNotFound'; Category = 'ObjectNotFound'; Says = 'values of a SavedModel' }
        @{ Do = { Restore-ModelSession ./cut/model.ckpt-0 }; Id = 'CheckpointDamaged'; Category = 'InvalidData'; Says = 'Restore another' }
        @{ Do = { Restore-ModelSession ./nothing* }; Id = 'CheckpointNotFound'; Category = 'ObjectNotFound'; Says = 'nothing matches' }
        @{ Do = { Restore-ModelCheckpoint ./frozen.pb -Session $session }; Id = 'CheckpointInvalid'; Category = 'InvalidArgument'; Says = 'no file of a checkpoint' }
        @{ Do = { Import-ModelGraph ./junk.pb -Session $session }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'no graph' }
        @{ Do = { Import-ModelGraph ./empty.pb -Session $session }; Id = 'ModelDamaged'; Category = 'InvalidData'; Says = 'the file is empty' }
        @{ Do = { Import-ModelGraph ./checkpoints -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'Import the .meta file' }
        @{ Do = { Get-SavedModel ./frozen.pb }; Id = 'ModelNotFound'; Category = 'ObjectNotFound'; Says = 'this is a file' }
        @{ Do = { Get-SavedModel ./nowhere }; Id = 'ModelNotFound'; Category = 'ObjectNotFound'; Says = 'nowhere' }
        @{ Do = { Get-ModelSignature ./empty }; Id = 'ModelNotFound'; Category = 'ObjectNotFound'; Says = 'saved_model.pb' }
        @{ Do = { Get-ModelCheckpoint ./text.txt }; Id = 'CheckpointInvalid'; Category = 'InvalidArgument'; Says = 'Give a folder' }
        @{ Do = { Compare-ModelCheckpoint ./nowhere ./checkpoints }; Id = 'CheckpointNotFound'; Category = 'ObjectNotFound'; Says = 'nowhere' }
        @{ Do = { Import-ModelBinding ./text.txt -Session $session }; Id = 'BindingDamaged'; Category = 'InvalidData'; Says = 'not the JSON of a binding' }
        @{ Do = { Import-ModelDataset Mnist ./empty }; Id = 'DatasetNotFound'; Category = 'ObjectNotFound'; Says = 'empty' }

        # Names that are not there.
        @{ Do = { Restore-ModelSession ./checkpoints -Include nothing }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Import-ModelGraph ./frozen.pb -Session $session -Prefix a -InputMap @{ 'x:0' = 'nothing:0' } }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Invoke-ModelSession nothing -Session $session }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Get-GraphTensor nothing:0 -Session $session }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Get-GraphTensor nothing -Path ./checkpoints }; Id = 'CheckpointVariableMissing'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Get-ModelSignature ./model -Name nothing }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "It has 'serving_default'" }
        @{ Do = { Get-ModelCheckpoint ./checkpoints -Iteration 9 }; Id = 'CheckpointNotFound'; Category = 'ObjectNotFound'; Says = "The folder has 'model.ckpt-0'" }
        @{ Do = { Compare-ModelCheckpoint ./checkpoints ./checkpoints -Name nothing }; Id = 'CheckpointVariableMissing'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Export-ModelGraph ./out.pb -Session $session -Frozen -Output nothing }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Export-ModelGraph ./out -Session $session -Signature @{ a = @{ inputs = @{ x = 'nothing:0' }; outputs = @{ y = 'loss' } } } }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "'nothing'" }
        @{ Do = { Export-ModelGraph ./out.pb -Session $session -Frozen -Include nothing }; Id = 'GraphNameNotFound'; Category = 'ObjectNotFound'; Says = "'nothing'" }

        # Arguments that cannot be, or do not go together.
        @{ Do = { Restore-ModelSession ./checkpoints -Scope 'a b' }; Id = 'GraphInvalid'; Category = 'InvalidArgument'; Says = 'is no prefix' }
        @{ Do = { Restore-ModelSession ./frozen.pb -Scope 'a b' }; Id = 'GraphInvalid'; Category = 'InvalidArgument'; Says = 'is no prefix' }
        @{ Do = { Import-ModelGraph ./graph.meta -Session $session -Prefix 'a b' }; Id = 'GraphInvalid'; Category = 'InvalidArgument'; Says = 'is no prefix' }
        @{ Do = { Restore-ModelSession ./checkpoints/model.ckpt-0 -Iteration 0 }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'give the folder' }
        @{ Do = { Restore-ModelSession ./frozen.pb -Tag serve }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'Leave -Tag out' }
        @{ Do = { Restore-ModelSession ./frozen.pb -Include w }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'no checkpoint' }
        @{ Do = { Restore-ModelSession ./checkpoints -Directory ./text.txt }; Id = 'CheckpointExists'; Category = 'ResourceExists'; Says = 'this is a file' }
        @{ Do = { Import-ModelGraph ./frozen.pb -StopGradient }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'Give the session' }
        @{ Do = { Import-ModelGraph ./frozen.pb -InputMap @{ 'x:0' = 'y:0' } -ReturnElement y }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = '-InputMap and -ReturnElement' }
        @{ Do = { Save-ModelCheckpoint -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'no folder of its own' }
        @{ Do = { Save-ModelCheckpoint ./out -Session $session -Name ('x' * 300) }; Id = 'CheckpointInvalid'; Category = 'InvalidArgument'; Says = 'too long' }
        @{ Do = { Save-ModelCheckpoint ./out -Session $session -StateFile model.ckpt-0.index }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = "cannot be that of the state file" }
        @{ Do = { Save-ModelCheckpoint ./out -Session $session -Exclude * }; Id = 'GraphInvalid'; Category = 'InvalidArgument'; Says = 'No variable is left' }
        @{ Do = { Save-ModelCheckpoint Env:/out -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'Environment' }
        @{ Do = { Export-ModelGraph ./out.onnx -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = '.onnx' }
        @{ Do = { Export-ModelGraph ('./' + 'x' * 300) -Session $session }; Id = 'ModelInvalid'; Category = 'InvalidArgument'; Says = 'too long' }
        @{ Do = { Export-ModelGraph ./out -Session $session -Signature @{ a = 7 } }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'is no signature' }
        @{ Do = { Export-ModelGraph ./checkpoints -Session $session }; Id = 'ModelExists'; Category = 'ResourceExists'; Says = 'something under this name' }
        @{ Do = { Export-ModelBinding ./text.txt/x.json -InputObject $session }; Id = 'BindingExists'; Category = 'ResourceExists'; Says = 'this is a file' }

        # Values that hold themselves, and values that nothing can keep.
        @{ Do = { New-ModelSession { param($g) $roles = @{ inputs = $g.Placeholder('Float32', @(-1), 'x') }; $roles.self = $roles; $roles } }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { Export-ModelBinding -InputObject $cyclicTable }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { Export-ModelBinding -InputObject 1, 2 }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'no field that holds a tensor' }
        @{ Do = { Export-ModelBinding -InputObject ([ModelSessions.Tensor]::Scalar(1)) }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'no field that holds a tensor' }
        @{ Do = { Set-GraphCollection x $cyclicTable -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { Invoke-ModelSession predictions -Feed @{ x = $cyclicList } -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { Set-GraphTensor w $cyclicList -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { Import-ModelDataset -InputArray $cyclicList -LabelArray 1 }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { Import-ModelDataset -InputArray 1, 2 -LabelArray 1, $cyclicList }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'lists are not all of one length' }
        @{ Do = { Invoke-ModelPrediction $cyclicList -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { New-ModelSession $sized -Size $cyclicList }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'holds itself' }
        @{ Do = { New-ModelSession $sized -Size ([double]::NaN) }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = "'Size' cannot be NaN" }
        @{ Do = { New-ModelSession $sized -Size (Get-Date) }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = "'Size' cannot be" }

        @{ Do = { Set-GraphTensor w '1,5' -Session $session }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'decimals are written with a point' }

        @{ Do = { Import-ModelDataset -InputArray @() -Name nothing }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'no examples' }

        # Definitions that are none.
        @{ Do = { New-ModelSession { param($g) begin { } process { } end { @{} } } }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'leave begin' }
        @{ Do = { New-ModelSession { param($g) @{} } -Hyperparameter @{ rate = 'fast' } }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = "'rate' cannot be 'fast'" }
        @{ Do = { New-ModelSession { param($g, [int] $Size = 'large') @{} } }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = "default of the definition's parameter 'Size'" }
        @{ Do = { New-ModelSession ([FailingModel]) }; Id = '*'; Category = 'OperationStopped'; Says = 'no such model' }

        # Patterns and paths that are none.
        @{ Do = { Get-GraphOperation '[x' -Session $session }; Id = 'InvalidPattern'; Category = 'InvalidArgument'; Says = 'Put `' }
        @{ Do = { Restore-ModelSession "a`0b" }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = 'a`0b' }
        @{ Do = { Test-Model $part -Session $session -Minimum $twice }; Id = 'InvalidArgument'; Category = 'InvalidArgument'; Says = "'1' is given twice" }

        # Sessions that are closed.
        @{ Do = { Save-ModelCheckpoint ./out -Session $closed }; Id = 'SessionClosed'; Category = 'ResourceUnavailable'; Says = 'is closed' }
        @{ Do = { Restore-ModelCheckpoint ./checkpoints -Session $closed }; Id = 'SessionClosed'; Category = 'ResourceUnavailable'; Says = 'is closed' }
        @{ Do = { Import-ModelGraph ./frozen.pb -Session $closed }; Id = 'SessionClosed'; Category = 'ResourceUnavailable'; Says = 'is closed' }
        @{ Do = { Export-ModelGraph ./out.pb -Session $closed }; Id = 'SessionClosed'; Category = 'ResourceUnavailable'; Says = 'is closed' }
        @{ Do = { Get-GraphTensor -Session $closed }; Id = 'SessionClosed'; Category = 'ResourceUnavailable'; Says = 'is closed' }
        @{ Do = { Set-GraphCollection x 7 -Session $closed }; Id = 'SessionClosed'; Category = 'ResourceUnavailable'; Says = 'is closed' }
    )
}

BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/FailingModel.ps1
    Push-Location $TestDrive
    $session = New-ModelSession ([LineModel]) -Seed 1
    $closed = New-ModelSession ([LineModel])
    $closed.Dispose()
    $other = New-ModelSession ([LineModel])
    $null = $other | Save-ModelCheckpoint ./checkpoints
    $cyclicTable = @{}
    $cyclicTable.self = $cyclicTable
    $cyclicList = [object[]]::new(1)
    $cyclicList[0] = $cyclicList
    $sized = { param($g, $Size = 1) @{ inputs = $g.Placeholder('Float32', @(-1), 'x') } }
    $part = (Import-ModelDataset).Test
    $twice = @{}
    $twice[1] = 0
    $twice['1'] = 0
    $other | Export-ModelGraph ./model
    $other | Export-ModelGraph ./frozen.pb -Frozen -WarningAction Ignore
    $other | Export-ModelGraph ./graph.meta -WarningAction Ignore
    $other | Export-ModelGraph ./lostmain -AsText
    $null = New-Item -ItemType Directory empty, junkmodel, emptymodel
    [byte[]] $junk = 0..255 | ForEach-Object { ($_ * 37 + 11) -band 255 }
    foreach ($name in 'junk.pb', 'junk.meta', 'junkmodel/saved_model.pb') {
        [IO.File]::WriteAllBytes((Join-Path $TestDrive $name), $junk)
    }

    foreach ($name in 'empty.pb', 'emptymodel/saved_model.pb') {
        [IO.File]::WriteAllBytes((Join-Path $TestDrive $name), @())
    }

    # A model that is to run what is not in it when it is opened.
    $text = Get-Content lostmain/saved_model.pbtxt -Raw
    $main = 'collection_def { key: "saved_model_main_op" value { node_list { value: "nothing" } } }'
    Set-Content lostmain/saved_model.pbtxt ([regex]::new('meta_graphs \{').Replace($text, "meta_graphs { $main", 1))
    Set-Content text.txt 'a text'
    $whole = [IO.File]::ReadAllBytes("$TestDrive/frozen.pb")
    [IO.File]::WriteAllBytes("$TestDrive/cut.pb", $whole[0..($whole.Length / 2)])
    Copy-Item checkpoints cut -Recurse
    $data = (Get-Item cut/*.data*).FullName
    [IO.File]::WriteAllBytes($data, [IO.File]::ReadAllBytes($data)[0..99])
}

AfterAll {
    Pop-Location
}

Describe 'Numbers in messages' {
    # Germans write 1.000 and 0,5, Frenchmen 1 000, Swedes a minus of their own.
    It 'are the same in every culture: <_>' -ForEach 'en-US', 'de-DE', 'fr-FR', 'sv-SE' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $_
            { New-ModelSession Mnist -MemoryLimit 10KB -ErrorAction Stop } | Should -Throw '*10,240*'
            { New-ModelSchedule -Cosine -Initial 0.1 -DecaySteps -10 -ErrorAction Stop } | Should -Throw '*it is -10.'
            { $session | Invoke-ModelTraining (Import-ModelDataset Mnist) -LearningRate -0.5 -ErrorAction Stop } | Should -Throw '*it is -0.5.'
            $session | Measure-Model -Count 1000 -WarmUp 0 -Verbose 4>&1 | Select-Object -First 1 | Should -BeLike '*1,000 runs*'
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }
}

Describe 'An error' {
    It 'of <Do> is <Id>' -ForEach $faults {
        $ErrorActionPreference = 'Continue'
        $failures = @(& { & $Do } 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$($failures[0])" | Should -Not -BeLike "*(Parameter '*"
        $failures[0].CategoryInfo.Category | Should -BeLike $Category
        $failures[0].TargetObject | Should -Not -BeNullOrEmpty
        "$($failures[0])" | Should -BeLike "*$([WildcardPattern]::Escape($Says))*"
    }

    It 'of a parameter that a definition cannot have says so' {
        { New-ModelSession { param($g, $Verbose) @{} } } | Should -Throw "*'Verbose' has the name of a parameter of the cmdlet*"
    }

    It 'is none where a table is a Dictionary of .NET' {
        $table = [System.Collections.Generic.Dictionary[string, object]]::new()
        $table.Accuracy = 0
        $session | Test-Model $part -Minimum $table -Quiet | Should -BeTrue
        $roles = [System.Collections.Generic.Dictionary[string, object]]::new()
        $roles.inputs = 'x'
        Export-ModelBinding -InputObject $roles | ForEach-Object inputs | Should -Be 'x'
    }

    It 'of a script that was made in a runspace that is closed says so' {
        # A pool of runspaces is closed with its last script.
        $script = 1 | ForEach-Object -Parallel { { param($g) 0.1 } }
        $ErrorActionPreference = 'Continue'
        $failures = @(& { New-ModelSession $script; $session | Invoke-ModelTraining (Import-ModelDataset) -Steps 1 -LearningRate $script } 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $failures | Should -HaveCount 2
        $failures.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        "$failures" | Should -BeLike '*runspace that is closed*runspace that is closed*'
    }

    It 'of a shape that cannot be says why: <Sizes>' -ForEach @(
        @{ Sizes = -5; Says = 'A dimension of a shape is -5' }
        @{ Sizes = [long]::MaxValue, 3; Says = 'more elements than can be counted' }
    ) {
        { New-ModelSession { param($g) $g.Variable('v', $Sizes, [ModelSessions.Initializers]::Zeros) } } | Should -Throw "*$Says*"
    }

    It 'keeps devices from being replaced: <_>' -Skip:$IsWindows -ForEach @(
        'Export-ModelBinding /dev/odd.json -InputObject $session', 'Export-ModelGraph /dev/odd.pb -Session $session', 'Save-ModelCheckpoint /dev -Session $session', 'Save-ModelCheckpoint /dev/ -Session $session'
    ) {
        $ErrorActionPreference = 'Continue'
        $failures = @(& { & ([scriptblock]::Create($_)) } 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        "$failures" | Should -BeLike "*the folder of the machine's devices*"
        '/dev/odd.json', '/dev/odd.pb' | Where-Object { Test-Path $_ } | Should -BeNullOrEmpty
    }

    It 'of a pipe that nobody writes to comes at once: <_>' -Skip:$IsWindows -ForEach @(
        'Get-ModelCheckpoint ./pipes/model.ckpt', 'Restore-ModelSession ./pipes/x.pb', 'Restore-ModelSession ./pipes/x.meta', 'Import-ModelDataset ./pipes/x.csv', 'Import-ModelDataset ./pipes/x.npy'
        'Import-ModelDataset ./pipes/x.tfrecord', 'Import-ModelBinding ./pipes/x.json -Session $session', 'Copy-ModelCheckpoint ./pipes/model.ckpt.index ./out'
    ) {
        $null = New-Item -ItemType Directory pipes -Force
        foreach ($name in 'x.pb', 'x.meta', 'x.csv', 'x.npy', 'x.tfrecord', 'x.json', 'model.ckpt.index') {
            if (-not (Test-Path pipes/$name)) {
                & mkfifo pipes/$name
            }
        }

        $ErrorActionPreference = 'Continue'
        $failures = @(& { & ([scriptblock]::Create($_)) } 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $failures | Should -Not -BeNullOrEmpty
    }

    It 'is none where the columns of a pipe are completed' -Skip:$IsWindows {
        $null = New-Item -ItemType Directory pipes -Force
        & mkfifo pipes/columns.csv
        $line = 'Import-ModelDataset ./pipes/columns.csv -LabelColumn '
        { TabExpansion2 $line $line.Length } | Should -Not -Throw
    }
}
