# -Engine, over all cmdlets that open sessions.
BeforeDiscovery {
    $openers = @(
        @{ Name = 'New-ModelSession'; Do = { New-ModelSession ([LineModel]) @args } }
        @{ Name = 'New-ModelSession -Resume'; Do = { New-ModelSession ([LineModel]) -Resume -Directory $folder @args } }
        @{ Name = 'Restore-ModelSession'; Do = { Restore-ModelSession $folder @args } }
        @{ Name = 'Restore-ModelSession -Checkpoint'; Do = { $saved | Restore-ModelSession @args } }
        @{ Name = 'Copy-ModelSession'; Do = { $session | Copy-ModelSession @args } }
        @{ Name = 'Import-ModelGraph'; Do = { Import-ModelGraph "$($saved.Prefix).meta" @args } }
        @{ Name = 'Test-Model'; Do = { $saved | Test-Model $data.Validation @args } }
        @{ Name = 'Test-ModelCheckpoint'; Do = { Test-ModelCheckpoint $folder -Data $data.Validation @args } }
        @{ Name = 'Invoke-ModelPrediction'; Do = { $saved | Invoke-ModelPrediction $data.Validation -First 1 @args } }
        @{ Name = 'Invoke-ModelPrediction of a path'; Do = { Invoke-ModelPrediction $data.Validation -Model $folder -First 1 @args } }
    )
    $commands = foreach ($command in Get-Command -Module ModelSession -CommandType Cmdlet) {
        if ($command.Parameters.ContainsKey('Engine')) {
            $command.Name
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    $folder = "$TestDrive/engines"
    $data = Import-ModelDataset
    $session = New-ModelSession ([LineModel])
    $saved = $session | Save-ModelCheckpoint $folder
}

AfterAll {
    $session | Remove-ModelSession -Force
}

Describe '-Engine' {
    It 'of <Name> takes the name of one that is here, whatever its case, and tells so' -ForEach $openers {
        $all = & $Do -Engine embedded -Verbose 4>&1
        $all | Where-Object { $_ -isnot [Management.Automation.VerboseRecord] } | Should -Not -BeNullOrEmpty
        "$($all | Where-Object { $_ -is [Management.Automation.VerboseRecord] })" | Should -BeLike '* on the engine Embedded*'
    }

    It 'of <Name> refuses another name, with those that there are' -ForEach $openers {
        { & $Do -Engine Embeded } | Should -Throw "*'Engine'*There is no engine 'Embeded' here. Did you mean 'Embedded'? There is Embedded.*" -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'is said by those above alone' -ForEach @{ Commands = $commands; Names = @($openers.Name) } {
        $Commands | Should -Be @($Names | ForEach-Object { ($_ -split ' ')[0] } | Sort-Object -Unique)
    }

    It 'is refused before a definition is built' {
        { New-ModelSession { param($g) throw 'built' } -Engine None } | Should -Throw "*no engine 'None'*"
    }

    It 'is why a session runs on it' {
        (New-ModelSession ([LineModel]) -Engine Embedded).EngineReason | Should -Be 'which is asked for'
        (New-ModelSession ([LineModel])).EngineReason | Should -Be 'the first one here that can run all that is bound'
    }

    It 'is for a new session alone where a graph comes into one' {
        { $session | Import-ModelGraph "$($saved.Prefix).meta" -Engine Embedded -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound,*'
        { Import-ModelGraph "$($saved.Prefix).meta" -Session $session -Engine Embedded } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'may be said once for all by $PSDefaultParameterValues' {
        $PSDefaultParameterValues['*-ModelSession:Engine'] = 'Embedded'
        try {
            foreach ($one in (New-ModelSession ([LineModel])), (Restore-ModelSession $folder), ($session | Copy-ModelSession)) {
                $one.EngineReason | Should -Be 'which is asked for'
                $one | Initialize-ModelSession -Confirm:$false
            }
        }
        finally {
            $PSDefaultParameterValues.Remove('*-ModelSession:Engine')
        }
    }
}
