BeforeAll {
    Set-StrictMode -Version 3
    . $PSScriptRoot/Fixtures/OneOfEach.ps1
    $all = Get-OneOfEach $TestDrive
    # These have more below them than a depth of 3 shows; ConvertTo-Json warns of it.
    $live = [ModelSessions.ModelSession], [ModelSessions.GraphTensor], [ModelSessions.GraphOperation], [ModelSessions.SavedModelGraph]
}

Describe 'Serialization' {
    It 'has one of every kind that cmdlets emit' {
        $plain = [psobject], [bool], [System.Collections.Specialized.OrderedDictionary], [string], [double], [System.IO.FileInfo], [System.Management.Automation.PSModuleInfo]
        # These are what ClassPrediction is, of models of another kind.
        $alike = 'ValuePrediction', 'TensorPrediction'
        $outputs = (Get-Command -Module ModelSession).OutputType.Type | Where-Object { $_ -and $_ -notin $plain -and $_.Name -notin $alike } | Sort-Object FullName -Unique
        foreach ($type in $outputs) {
            $all | Where-Object { $type.IsInstanceOfType($_) } | Should -Not -BeNullOrEmpty -Because "$type is emitted; add one to Fixtures/OneOfEach.ps1"
        }
    }

    It 'gives short JSON of each' {
        foreach ($one in $all) {
            $json = $one | ConvertTo-Json -Depth 3 -WarningVariable warnings -WarningAction SilentlyContinue
            $json.Length | Should -BeLessThan ($one -is [ModelSessions.ModelSession] ? 64kb : 16kb) -Because "$($one.GetType()) is told, not dragged along"
            { $json | ConvertFrom-Json } | Should -Not -Throw
            if ($one.GetType() -notin $live) {
                $warnings | Should -BeNullOrEmpty -Because "$($one.GetType()) is not deeper than that"
            }
        }
    }

    It 'gives JSON of a size that does not grow with the graph' {
        $json = $all[0] | ConvertTo-Json -Depth 3 -WarningAction SilentlyContinue
        $json | Should -Not -Match 'NodeDef|GradientDescent/'
        # A million of numbers stays where it is.
        [ModelSessions.Tensor]::Zeros('Float32', 1000000) | ConvertTo-Json -Depth 3 | ForEach-Object Length | Should -BeLessThan 1kb
    }

    It 'takes each through Export-Clixml and back' {
        foreach ($one in $all) {
            $path = Join-Path $TestDrive one.xml
            $one | Export-Clixml $path
            (Get-Item $path).Length | Should -BeLessThan 32kb -Because "$($one.GetType()) is told, not dragged along"
            $back = Import-Clixml $path
            $back.PSObject.TypeNames[0] | Should -BeIn "Deserialized.$($one.PSObject.TypeNames[0])", $one.PSObject.TypeNames[0]
        }
    }

    It 'keeps of a session what it is, and nothing that it holds' {
        $all[0] | Export-Clixml $TestDrive/session.xml
        $back = Import-Clixml $TestDrive/session.xml
        $back.Name | Should -Be 'Mnist'
        $back.Iteration | Should -Be 4
        $back.EngineName | Should -Be 'Embedded'
        $back.PSObject.Properties.Name | Should -Not -Contain 'Graph'
    }

    It 'comes out of a job' {
        $module = (Get-Module ModelSession).Path
        $checkpoint = $all | Where-Object { $_ -is [ModelSessions.CheckpointInfo] } | Select-Object -First 1
        $job = Start-Job { param($module, $prefix) Import-Module $module; $s = Restore-ModelSession $prefix -WarningAction Ignore; $s; $s | Get-GraphTensor loss } -ArgumentList $module, $checkpoint.Prefix
        $back = $job | Receive-Job -Wait -AutoRemoveJob
        $back[0].Iteration | Should -Be 4
        $back[1].Name | Should -BeLike '*:0'
    }
}
