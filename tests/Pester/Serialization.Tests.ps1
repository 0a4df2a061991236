BeforeAll {
    Set-StrictMode -Version 3
    . $PSScriptRoot/Fixtures/OneOfEach.ps1
    $all = Get-OneOfEach $TestDrive

    # A parameter's value as the cmdlets of training understand it: the metadata of -LearningRate does it.
    function Get-Schedule($Value) {
        $how = (Get-Command Invoke-ModelTraining).Parameters['LearningRate'].Attributes | Where-Object { $_ -is [System.Management.Automation.ArgumentTransformationAttribute] }
        $how.Transform($ExecutionContext, $Value)
    }
}

Describe 'Serialization' {
    It 'has one of every kind that cmdlets emit' {
        $plain = [psobject], [bool], [System.Collections.Specialized.OrderedDictionary], [string], [double], [System.IO.FileInfo], [System.Management.Automation.PSModuleInfo]
        $outputs = (Get-Command -Module ModelSession).OutputType.Type | Where-Object { $_ -and $_ -notin $plain } | Sort-Object FullName -Unique
        foreach ($type in $outputs) {
            $all | Where-Object { $type.IsInstanceOfType($_) } | Should -Not -BeNullOrEmpty -Because "$type is emitted; add one to Fixtures/OneOfEach.ps1"
        }
    }

    It 'gives short JSON of each, without a warning' {
        foreach ($one in $all) {
            $json = $one | ConvertTo-Json -Depth 3 -Compress -WarningVariable warnings -WarningAction SilentlyContinue
            $json.Length | Should -BeLessThan ($one -is [ModelSessions.ModelSession] ? 16kb : 4kb) -Because "$($one.GetType()) is told, not dragged along"
            $json.Length | Should -BeGreaterThan 30 -Because "$($one.GetType()) tells something"
            { $json | ConvertFrom-Json } | Should -Not -Throw
            $warnings | Should -BeNullOrEmpty -Because "$($one.GetType()) is not deeper than that"
        }
    }

    It 'tells of a session what a reader of scripts wants to know' {
        $told = $all[0] | ConvertTo-Json -Depth 3 | ConvertFrom-Json
        $told.Name, $told.Iteration, $told.EngineName, $told.Parameters.Layer1 | Should -Be 'Mnist', 4, 'Embedded', 2
        $told.Loss | Should -BeOfType double
        $told.Directory | Should -BeLike '*checkpoint'
        $told.Hyperparameters.Name | Should -Be 'learning_rate', 'keep_probability'
        $told.Signatures[0].Form | Should -Be 'inputs float32 [?, 784] -> predictions float32 [?, 10]'
        $told.Binding.Names.loss | Should -Be 'train/loss:0'
        $told.History.Steps | Should -Be 4
    }

    It 'tells of a session in front of another one what it is' {
        $front, $back = (New-ModelSession Mnist -Layer1 2 -Layer2 2), (New-ModelSession Mnist -Layer1 2 -Layer2 2)
        $back.Front = $front
        $told = $back | ConvertTo-Json -Depth 3 -WarningVariable warnings -WarningAction SilentlyContinue | ConvertFrom-Json
        $warnings | Should -BeNullOrEmpty
        $told.Front.Name | Should -Be 'Mnist'
        $told.Front.PSObject.Properties.Name | Should -Not -Contain 'Variables'
        $back.Front | Should -Be $front
    }

    It 'tells of a schedule its kind and its parameters: <Kind>' -ForEach @(
        @{ Kind = 'constant'; Value = 0.1; Told = '{"Value":0.1}' }
        @{ Kind = 'table'; Value = @{ 0 = 0.1; 100 = 0.01 }; Told = '{"0":0.1,"100":0.01}' }
        @{ Kind = 'function'; Value = { 0.1 / $_ }; Told = '{}'; Text = '{ 0.1 / $_ }' }
        @{ Kind = 'step'; Value = @{ Schedule = 'step'; Initial = 0.1; Every = 10 }; Told = '{"Initial":0.1,"Every":10,"Factor":0.1}' }
        @{ Kind = 'exponential'; Value = @{ Schedule = 'exponential'; Initial = 1; DecaySteps = 10; DecayRate = 0.5 }; Told = '{"Initial":1.0,"DecaySteps":10,"DecayRate":0.5,"Staircase":false}' }
        @{ Kind = 'inverseTime'; Value = @{ Schedule = 'inverseTime'; Initial = 1; DecaySteps = 10; DecayRate = 0.5 }; Told = '{"Initial":1.0,"DecaySteps":10,"DecayRate":0.5,"Staircase":false}' }
        @{ Kind = 'polynomial'; Value = @{ Schedule = 'polynomial'; Initial = 1; DecaySteps = 10 }; Told = '{"Initial":1.0,"DecaySteps":10,"End":0.0001,"Power":1.0,"Cycle":false}' }
        @{ Kind = 'cosine'; Value = @{ Schedule = 'cosine'; Initial = 1; DecaySteps = 10 }; Told = '{"Initial":1.0,"DecaySteps":10,"Alpha":0.0,"WarmupSteps":0,"WarmupStart":0.0}' }
        @{ Kind = 'cyclic'; Value = @{ Schedule = 'cyclic'; Minimum = 0; Maximum = 1; StepSize = 5 }; Told = '{"Minimum":0.0,"Maximum":1.0,"StepSize":5,"Mode":"Triangular","Gamma":1.0}' }
        @{ Kind = 'piecewise'; Value = @{ Schedule = 'piecewise'; Boundaries = 10; Values = 1, 0.5 }; Told = '{"Boundaries":[10],"Values":[1.0,0.5]}' }
        @{ Kind = 'plateau'; Value = @{ Schedule = 'plateau'; Initial = 1 }; Told = '{"Initial":1.0,"Factor":0.1,"Patience":10,"MinDelta":0.0001,"Cooldown":0,"Minimum":0.0,"Metric":"loss","Goal":"Minimum"}' }
    ) {
        $schedule = Get-Schedule $Value
        $schedule | Should -BeOfType ([ModelSessions.Training.Schedule])
        $schedule.Kind | Should -Be $Kind
        $schedule | ConvertTo-Json -Depth 3 -Compress | Should -BeLike "*`"Parameters`":$([WildcardPattern]::Escape($Told))*"
        $schedule.Description | Should -Be "$schedule"
        $schedule | Format-List | Out-String | Should -Match "Kind +: $Kind"
        if ($_.ContainsKey('Text')) {
            "$schedule" | Should -BeLike "*$($_.Text)*"
        }
    }

    It 'gives JSON of a size that does not grow with the graph' {
        $json = $all[0] | ConvertTo-Json -Depth 3
        $json | Should -Not -Match 'NodeDef|GradientDescent/'
        # A million of numbers stays where it is.
        [ModelSessions.Tensor]::Zeros('Float32', 1000000) | ConvertTo-Json -Depth 3 | ForEach-Object Length | Should -BeLessThan 1kb
    }

    It 'takes each through Export-Clixml and back' {
        foreach ($one in $all) {
            $path = Join-Path $TestDrive one.xml
            $one | Export-Clixml $path
            (Get-Item $path).Length | Should -BeLessThan 16kb -Because "$($one.GetType()) is told, not dragged along"
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

    It 'shows what came through as what it was' {
        foreach ($one in $all) {
            $before = $Error.Count
            $back = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($one, 1))
            $shown = ($back | Out-String -Width 200).Trim()
            $Error.Count | Should -Be $before -Because "$($one.GetType()) is shown without an error"
            $shown | Should -Not -BeLike '*System.*'
            # A checkpoint may have become a second older; a table of many parameters has lost their order, and so columns differ in width.
            $alike = $shown, ($one | Out-String -Width 200).Trim() | ForEach-Object { $_ -replace '\d+ s\b', '0 s' -replace '(L1|Inputs)=.* …' -replace '-+', '-' -replace ' +', ' ' }
            $alike[0] | Should -Be $alike[1]
        }
    }

    It 'shows the metrics of a result that came through' {
        $line = New-ModelSession LinearRegression -Inputs 1
        $result = $line | Test-Model (Import-ModelDataset Line -InputArray 1, 2 -LabelArray 1.5, 2.5).Train
        $back = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($result, 1))
        $back | Out-String -Width 120 | Should -Match '4\.2500 +2 +0 +mean_absolute_error 2\.0000, mean_squared_error 4\.2500'
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
