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
}

BeforeAll {
    Set-StrictMode -Version 3
    $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
    function Get-Own($Command) { $Command.Parameters.Values | Where-Object { $_.Name -notin $common } }
    $session = New-ModelSession Mnist -Layer1 2 -Layer2 2
    $null = $session | Save-ModelCheckpoint (Join-Path $TestDrive 'plain')
    $null = $session | Save-ModelCheckpoint (Join-Path $TestDrive 'of [2] parts')
    $null = New-PSDrive -Name Models -PSProvider FileSystem -Root $TestDrive -Scope Global
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

    It '<Name> asks before it writes or removes' -ForEach $commands {
        if ($Command.Verb -in 'Set', 'Remove', 'Export', 'Protect', 'Unprotect', 'Initialize' -or $Name -in 'Copy-ModelCheckpoint', 'Save-ModelCheckpoint') {
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
}
