BeforeDiscovery {
    $commands = Get-Command -Module ModelSession -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name; Command = $_ } }
    # How a path is given to each cmdlet that reads one.
    $readers = @(
        @{ Reader = 'Get-ModelCheckpoint'; Script = { param($path) Get-ModelCheckpoint $path -ErrorAction Stop } }
        @{ Reader = 'Get-GraphTensor'; Script = { param($path) Get-GraphTensor -Path $path -ErrorAction Stop } }
        @{ Reader = 'Get-GraphOperation'; Script = { param($path) Get-GraphOperation -Path $path -ErrorAction Stop } }
        @{ Reader = 'Get-ModelHistory'; Script = { param($path) Get-ModelHistory $path -ErrorAction Stop; 'read' } }
        @{ Reader = 'Restore-ModelSession'; Script = { param($path) Restore-ModelSession $path -ErrorAction Stop -WarningAction Ignore } }
        @{ Reader = 'Test-ModelCheckpoint'; Script = { param($path) Test-ModelCheckpoint "$path/model.ckpt-0" -ErrorAction Stop } }
        @{ Reader = 'Compare-ModelCheckpoint'; Script = { param($path) Compare-ModelCheckpoint $path $path -IncludeEqual -ErrorAction Stop } }
    )
    $literal = @(
        @{ Reader = 'Get-ModelCheckpoint'; Script = { param($path) Get-ModelCheckpoint -LiteralPath $path -ErrorAction Stop } }
        @{ Reader = 'Get-GraphTensor'; Script = { param($path) Get-GraphTensor -LiteralPath $path -ErrorAction Stop } }
        @{ Reader = 'Get-GraphOperation'; Script = { param($path) Get-GraphOperation -LiteralPath $path -ErrorAction Stop } }
        @{ Reader = 'Restore-ModelSession'; Script = { param($path) Restore-ModelSession -LiteralPath $path -ErrorAction Stop -WarningAction Ignore } }
        @{ Reader = 'Test-ModelCheckpoint'; Script = { param($path) Test-ModelCheckpoint -LiteralPath "$path/model.ckpt-0" -ErrorAction Stop } }
    )
    # How each cmdlet that writes is told where, and what is there then.
    $writers = @(
        @{ Writer = 'Copy-ModelCheckpoint'; Of = 'Destination'; Script = { param($path) Copy-ModelCheckpoint $plain $path -ErrorAction Stop }; Makes = 'checkpoint' }
        @{ Writer = 'Copy-ModelSession'; Of = 'Directory'; Script = { param($path) $session | Copy-ModelSession -Directory $path -ErrorAction Stop | Save-ModelCheckpoint }; Makes = 'checkpoint' }
        @{ Writer = 'Export-ModelBinding'; Of = 'Path'; Script = { param($path) $session | Export-ModelBinding $path -ErrorAction Stop } }
        @{ Writer = 'Export-ModelCommand'; Of = 'Path'; Script = { param($path) $session | Export-ModelCommand $path Get-Digit -ErrorAction Stop -WarningAction Ignore }; Makes = 'output.psd1' }
        @{ Writer = 'Export-ModelGraph'; Of = 'Path'; Script = { param($path) $session | Export-ModelGraph "$path.pb" -ErrorAction Stop -WarningAction Ignore }; Ends = '.pb' }
        @{ Writer = 'Export-ModelGraph'; Of = 'Path'; Script = { param($path) $session | Export-ModelGraph $path -ErrorAction Stop -WarningAction Ignore }; Makes = 'saved_model.pb' }
        @{ Writer = 'Invoke-ModelTraining'; Of = 'LogDirectory'; Script = { param($path) $session | Invoke-ModelTraining $data -Steps 1 -BatchSize 2 -LogDirectory $path -ErrorAction Stop }; Makes = 'train/events.out.tfevents.*' }
        @{ Writer = 'New-ModelSession'; Of = 'Directory'; Script = { param($path) New-ModelSession Mnist -Layer1 2 -Layer2 2 -Directory $path -ErrorAction Stop | Save-ModelCheckpoint }; Makes = 'checkpoint' }
        @{ Writer = 'Restore-ModelSession'; Of = 'Directory'; Script = { param($path) Restore-ModelSession $plain -Directory $path -ErrorAction Stop | Save-ModelCheckpoint }; Makes = 'checkpoint' }
        @{ Writer = 'Save-ModelCheckpoint'; Of = 'Path'; Script = { param($path) $session | Save-ModelCheckpoint $path -ErrorAction Stop }; Makes = 'checkpoint' }
    )
    # What lists or takes the checkpoints that a pattern means.
    $patterned = @(
        @{ Reader = 'Get-ModelCheckpoint'; Script = { param($path) Get-ModelCheckpoint $path } }
        @{ Reader = 'Test-ModelCheckpoint'; Script = { param($path) Test-ModelCheckpoint $path } }
        @{ Reader = 'Protect-ModelCheckpoint'; Script = { param($path) Protect-ModelCheckpoint $path -PassThru } }
        @{ Reader = 'Get-GraphOperation'; Script = { param($path) Get-GraphOperation train/loss -Path $path } }
        @{ Reader = 'Get-GraphTensor'; Script = { param($path) Get-GraphTensor iteration -Path $path } }
        @{ Reader = 'Restore-ModelSession'; Script = { param($path) Restore-ModelSession $path } }
    )
}

BeforeAll {
    Set-StrictMode -Version 3
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    function Get-Own($Command) { $Command.Parameters.Values | Where-Object { $_.Name -notin $common } }
    $session = New-ModelSession Mnist -Layer1 2 -Layer2 2
    $plain = Join-Path $TestDrive 'plain'
    $null = $session | Save-ModelCheckpoint $plain
    $null = $session | Save-ModelCheckpoint (Join-Path $TestDrive 'of [2] parts')
    $null = New-PSDrive -Name Models -PSProvider FileSystem -Root $TestDrive -Scope Global
    $data = (Import-ModelDataset).Test

    # Whether a cmdlet wrote into this folder, told so.
    function Test-Writer([scriptblock] $Script, [string] $Folder, [string] $Told, [hashtable] $Row) {
        $written = Join-Path $Folder ('output' + ($Row['Ends'] ?? '')) ($Row['Makes'] ?? '')
        Test-Path $written | Should -BeFalse
        $null = & $Script $Told
        Test-Path $written | Should -BeTrue -Because "'$Told' is '$written'"
    }

    function Get-NewFolder { (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName }
}

AfterAll {
    Remove-PSDrive Models -Scope Global
}

Describe 'Cmdlets' {
    It '<Name> has an approved verb and a singular noun' -ForEach $commands {
        $Command.Verb | Should -BeIn (Get-Verb).Verb
        $Command.Noun | Should -Not -Match '(?<!s)s$'
    }

    It '<Name> does not collide with a command of PowerShell or of a well-known module' -ForEach $commands {
        $Name | Should -Not -BeIn (Get-Command -CommandType Cmdlet, Function | Where-Object ModuleName -NE ModelSession).Name
        $Command.Noun | Should -Match '^(Model|Graph|SavedModel)'
    }

    It '<Name> says what it emits' -ForEach $commands {
        if ($Command.Verb -ne 'Remove') {
            $Command.OutputType | Should -Not -BeNullOrEmpty
        }
    }

    It '<Name> helps with each mandatory parameter, and with all others' -ForEach $commands {
        foreach ($parameter in Get-Own $Command | Where-Object { -not $_.IsDynamic }) {
            foreach ($set in $parameter.ParameterSets.Values) {
                $set.HelpMessage | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name) should say what it is"
            }
        }
    }

    It '<Name> has no aliases but those of paths and such that bind properties' -ForEach $commands {
        foreach ($parameter in Get-Own $Command) {
            $parameter.Aliases | Where-Object { $_ -notin 'PSPath', 'LP', 'LiteralPath', 'Tags', 'Scope', 'Checkpoint' } | Should -BeNullOrEmpty -Because "-$($parameter.Name) has one name"
        }

        Get-Alias -Definition $Name -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It '<Name> takes sessions and checkpoints from the pipeline, of the same types everywhere' -ForEach $commands {
        foreach ($parameter in Get-Own $Command) {
            switch ($parameter.Name) {
                'Session' { $parameter.ParameterType | Should -BeIn ([ModelSessions.ModelSession]), ([ModelSessions.ModelSession[]]) }
                'Checkpoint' { $parameter.ParameterType | Should -BeIn ([ModelSessions.CheckpointInfo]), ([ModelSessions.CheckpointInfo[]]) }
                'LiteralPath' { $parameter.Aliases | Should -Contain 'PSPath' }
                'Engine' { $parameter.ParameterType | Should -Be ([string]) }
                'ThreadCount' { $parameter.ParameterType | Should -Be ([int]) }
                'PassThru' { $parameter.SwitchParameter | Should -BeTrue }
            }
        }
    }

    It '<Name> has one parameter set for each type of the pipeline' -ForEach $commands {
        $taken = foreach ($set in $Command.ParameterSets) {
            $types = $set.Parameters | Where-Object ValueFromPipeline | ForEach-Object { ($_.ParameterType.IsArray ? $_.ParameterType.GetElementType() : $_.ParameterType).FullName }
            if ($types -and -not ($set.Parameters | Where-Object { $_.IsMandatory -and -not $_.ValueFromPipeline -and -not $_.ValueFromPipelineByPropertyName })) {
                $types
            }
        }
        # A set may differ from another by a mandatory parameter; of those that need nothing but the object there is one.
        if ($Command.DefaultParameterSet -in '', '__AllParameterSets') {
            $taken | Group-Object | Where-Object Count -GT 1 | Should -BeNullOrEmpty
        }
    }

    It '<Name> takes sessions as the last argument, where it takes them at all' -ForEach $commands {
        foreach ($set in $Command.ParameterSets) {
            $session = $set.Parameters | Where-Object { $_.Name -eq 'Session' -and $_.ValueFromPipeline }
            if ($session -and $set.Name -notlike '*LiteralPath*') {
                $session.Position | Should -BeGreaterOrEqual 0
                $set.Parameters | Where-Object { $_.Name -ne 'Session' -and $_.Position -ge $session.Position } | Should -BeNullOrEmpty
            }
        }
    }

    It '<Name> tells who gives a session as the first argument' -ForEach $commands {
        $places = $Command.ParameterSets | ForEach-Object Parameters | Where-Object { $_.Position -eq 0 -and $_.Name -ne 'Session' } | ForEach-Object Name | Sort-Object -Unique
        $taken = $Command.ParameterSets | Where-Object { $_.Parameters | Where-Object { $_.Name -eq 'Session' -and $_.ValueFromPipeline -and $_.Position -ne 0 } }
        if ($taken -and $places) {
            { & $Command $session } | Should -Throw '*-Session $session*'
        }
    }

    It '<Name> asks before it writes or removes' -ForEach $commands {
        if ($Command.Verb -in 'Set', 'Remove', 'Export', 'Protect', 'Unprotect', 'Initialize' -or $Name -in 'Copy-ModelCheckpoint', 'Restore-ModelCheckpoint', 'Save-ModelCheckpoint') {
            $Command.Parameters.Keys | Should -Contain 'WhatIf'
        }
    }
}

Describe 'Paths' {
    It '<Reader> takes a path relative to the location of PowerShell, whatever the process has' -ForEach $readers {
        Push-Location $TestDrive
        try {
            & $Script ./plain | Should -Not -BeNullOrEmpty
            & $Script plain | Should -Not -BeNullOrEmpty
        }
        finally {
            Pop-Location
        }
    }

    It '<Reader> takes a path of a drive' -ForEach $readers {
        & $Script Models:/plain | Should -Not -BeNullOrEmpty
    }

    It '<Reader> refuses a path of another provider' -ForEach $readers {
        $failure = { & $Script Env:/PATH } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $failure.Exception.Message | Should -BeLike '*Environment*'
    }

    It '<Reader> -LiteralPath takes brackets as letters' -ForEach $literal {
        & $Script (Join-Path $TestDrive 'of [2] parts') | Should -Not -BeNullOrEmpty
        & $Script 'Models:/of [2] parts' | Should -Not -BeNullOrEmpty
    }

    It '<Writer> -<Of> is relative to the location of PowerShell, whatever the process has' -ForEach $writers {
        $folder = Get-NewFolder
        Push-Location $TestDrive
        try {
            Set-Location $folder
            Test-Writer $Script $folder ./output $_
        }
        finally {
            Pop-Location
        }
    }

    It '<Writer> -<Of> may be of a drive' -ForEach $writers {
        $folder = Get-NewFolder
        Test-Writer $Script $folder "Models:/$(Split-Path -Leaf $folder)/output" $_
    }

    It '<Writer> -<Of> begins at home with a tilde' -ForEach $writers {
        $provider = Get-PSProvider FileSystem
        $before = $provider.Home
        $provider.Home = Get-NewFolder
        try {
            Test-Writer $Script $provider.Home '~/output' $_
        }
        finally {
            $provider.Home = $before
        }
    }

    It '<Writer> -<Of> refuses a path of another provider' -ForEach $writers {
        $failure = { & $Script Env:/output } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $failure.Exception.Message | Should -BeLike '*Environment*'
    }

    It 'that cmdlets write to are looked at here' -ForEach @{ Seen = $writers.ForEach({ "$($_.Writer) -$($_.Of)" }) } {
        $places = Get-Command -Module ModelSession -CommandType Cmdlet | ForEach-Object {
            foreach ($parameter in Get-Own $_) {
                if ($parameter.Name -in 'Destination', 'LogDirectory' -or $parameter.Name -eq 'Directory' -and $_.Verb -ne 'Get' -or $parameter.Name -eq 'Path' -and $_.Verb -in 'Export', 'Save') {
                    "$($_.Name) -$($parameter.Name)"
                }
            }
        }
        $places | Should -BeIn $seen
    }

    It '<Reader> passes over what a pattern matches beside checkpoints, unless there is nothing else' -ForEach $patterned {
        $mixed = (Copy-Item (Join-Path $TestDrive plain) (Join-Path $TestDrive "mixed $Reader") -Recurse -PassThru)[0].FullName
        'notes' > $mixed/notes.txt
        $failures = $null
        & $Script "$mixed/[mn]*" -ErrorVariable failures | Should -Not -BeNullOrEmpty
        $failures | Should -BeNullOrEmpty
        { $ErrorActionPreference = 'Stop'; & $Script "$mixed/*.txt" } | Should -Throw '*notes.txt*'
    }

    It 'takes paths from properties of objects' {
        [pscustomobject]@{ Path = "$TestDrive/plain" } | Get-ModelCheckpoint | Should -HaveCount 1
        [pscustomobject]@{ Path = "$TestDrive/plain" } | Test-ModelCheckpoint -Quiet | Should -BeTrue
        ([pscustomobject]@{ Path = "$TestDrive/plain" } | Restore-ModelSession).Name | Should -Be Mnist
        ($session | Export-ModelGraph "$TestDrive/served" -PassThru | Get-SavedModel).Tags | Should -Be serve
    }

    It 'tells of -LiteralPath where a pattern is the name of something' {
        { Get-ModelCheckpoint "$TestDrive/of [2] parts" -ErrorAction Stop } | Should -Throw '*-LiteralPath*'
    }
}
