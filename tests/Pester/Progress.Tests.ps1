BeforeAll {
    Set-StrictMode -Version 3
    # What takes half a second is shown; tests have less time.
    $script:moment = [ModelSessions.PowerShell.ModelCmdlet].Assembly.GetType('ModelSessions.PowerShell.WorkBar').GetProperty('Moment', [Reflection.BindingFlags]'Static, NonPublic')
    $script:before = $moment.GetValue($null)
    $moment.SetValue($null, [timespan]::FromMilliseconds(1))
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive progress)).FullName
    $large = New-ModelSession Mnist -Layer1 8 -Layer2 200 -Directory "$folder/large"
    $other = $large | Copy-ModelSession
    $saved = $large | Save-ModelCheckpoint
    $null = $saved | Copy-ModelCheckpoint -Destination "$folder/large" -Name second -PassThru
    $data = Import-ModelDataset
    $rows = [Text.StringBuilder]::new("a,b,c,y`n")
    for ($i = 0; $i -lt 60000; $i++) {
        $null = $rows.Append($i).Append(',').Append($i % 7).Append(',0.5,').Append($i % 3).Append("`n")
    }

    # More than threads read ahead.
    1..16 | ForEach-Object { [IO.File]::AppendAllText("$folder/table.csv", $rows.ToString()); $null = $rows.Replace("a,b,c,y`n", '') }
    $images = [float[,]]::new(300, 784)

    # All that is shown while a script runs in a runspace of its own.
    function Watch([string] $Script) {
        $shell = [powershell]::Create()
        try {
            foreach ($variable in 'large', 'other', 'saved', 'data', 'images', 'folder') {
                $shell.Runspace.SessionStateProxy.SetVariable($variable, (Get-Variable $variable -ValueOnly))
            }

            $null = $shell.AddScript("Import-Module ModelSession; $Script")
            try {
                $null = $shell.Invoke()
            }
            catch {
                Write-Verbose "$_"
            }

            @($shell.Streams.Progress)
        }
        finally {
            $shell.Dispose()
        }
    }
}

AfterAll {
    $moment.SetValue($null, $before)
    Get-ModelSession | Remove-ModelSession -Force
}

Describe 'Progress' {
    It 'of <Name> is a bar that goes away' -ForEach @(
        @{ Name = 'a save'; Script = '$large | Save-ModelCheckpoint "$folder/saved"'; Activity = 'Saving Mnist'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'a save in the first format'; Script = '$large | Save-ModelCheckpoint "$folder/first" -FirstFormat'; Activity = 'Saving Mnist'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'a copy of a session'; Script = '$null = $large | Copy-ModelSession'; Activity = 'Copying Mnist'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'a command'; Script = '$large | Export-ModelCommand "$folder/Digits" Get-Digit -Force'; Activity = 'Exporting Mnist'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'a restore'; Script = '$null = Restore-ModelSession "$folder/large"'; Activity = 'Restoring *model.ckpt-0'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'a restore into a session'; Script = '$other | Restore-ModelCheckpoint "$folder/large"'; Activity = 'Restoring model.ckpt-0'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'a copy'; Script = '$saved | Copy-ModelCheckpoint -Destination "$folder/copies"'; Activity = 'Copying model.ckpt-0'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'an export'; Script = '$large | Export-ModelGraph "$folder/exported" -Force'; Activity = 'Exporting Mnist'; Status = 'B of [\d.]+ MB'; Known = $true }
        @{ Name = 'a comparison'; Script = 'Compare-ModelCheckpoint $saved $saved'; Activity = 'Comparing checkpoints'; Status = '^\d+ of \d+ tensors, [\d.,]+ tensors/s$'; Known = $true }
        @{ Name = 'an evaluation'; Script = '$large | Test-Model $data -BatchSize 20'; Activity = 'Testing Mnist'; Status = '^[\d,]+ of 2,000 examples, [\d.,]+ examples/s$'; Known = $true }
        @{ Name = 'a measurement'; Script = '$large | Measure-Model -Count 200'; Activity = 'Measuring Mnist'; Status = '^\d+ of 210 runs, [\d.,]+ runs/s$'; Known = $true }
        @{ Name = 'predictions of a dataset'; Script = '$large | Invoke-ModelPrediction $data -BatchSize 20'; Activity = 'Predicting with Mnist'; Status = '^[\d,]+ of 2,000 examples, [\d.,]+ examples/s$'; Known = $true }
        @{ Name = 'predictions of an array'; Script = '$large | Invoke-ModelPrediction $images -BatchSize 20'; Activity = 'Predicting with Mnist'; Status = '^[\d,]+ of 300 examples, '; Known = $true }
        @{ Name = 'predictions of a list of arrays'; Script = '$large | Invoke-ModelPrediction (1..100 | ForEach-Object { , [float[]]::new(784) }) -BatchSize 20'; Activity = 'Predicting with Mnist'; Status = '^[\d,]+ of 100 examples, '; Known = $true }
        @{ Name = 'predictions of a pipeline'; Script = '1..100 | ForEach-Object { , [float[]]::new(784) } | Invoke-ModelPrediction -Session $large -BatchSize 20'; Activity = 'Predicting with Mnist'; Status = '^[\d,]+ examples?, [\d.,]+ examples/s$'; Known = $false }
        @{ Name = 'an import of a table'; Script = 'Import-ModelDataset -Path "$folder/table.csv" -LabelColumn y -MemoryLimit 0'; Activity = 'Reading table.csv'; Status = '^[\d.]+ .?B of [\d.]+ .B'; Known = $true }
        @{ Name = 'an import of objects'; Script = '1..500 | ForEach-Object { [pscustomobject]@{ a = $_; y = $_ % 2 } } | Import-ModelDataset -LabelColumn y'; Activity = 'Reading objects'; Status = '^[\d,]+ rows?'; Known = $false }
    ) {
        $records = @(Watch $Script)
        $records.Count | Should -BeGreaterThan 1 -Because 'it is shown at least once, and taken away'
        $records[0].Activity | Should -BeLike $Activity
        $records.StatusDescription -match $Status | Should -Not -BeNullOrEmpty -Because "it is '$($records[0].StatusDescription)'"
        $records[0].PercentComplete -ge 0 | Should -Be $Known
        $records[-1].RecordType | Should -Be 'Completed'
        $records.ActivityId | Select-Object -Unique | Should -HaveCount 1
    }

    It 'of a test of checkpoints counts them, and has a bar below for each' {
        $records = Watch 'Test-ModelCheckpoint "$folder/large" -Data $data'
        $all = $records | Where-Object Activity -EQ 'Testing checkpoints'
        $all[0].StatusDescription | Should -Match '(model.ckpt-0|second), \d of 2 checkpoints'
        $parts = $records | Where-Object Activity -NE 'Testing checkpoints'
        $parts.Activity | Should -Contain 'Testing Mnist'
        $parts.ParentActivityId | Select-Object -Unique | Should -Be $all[0].ActivityId
        $records[-1].RecordType, $records[-1].Activity | Should -Be 'Completed', 'Testing checkpoints'
    }

    It 'goes away after an error' {
        $records = Watch '$images, [float[]]::new(3) | Invoke-ModelPrediction -Session $large -ErrorAction Stop'
        $records.Count | Should -BeGreaterThan 1
        $records[-1].RecordType | Should -Be 'Completed'
    }

    It 'is nothing for what takes only a moment' {
        $moment.SetValue($null, [timespan]::FromSeconds(600))
        try {
            Watch '$large | Save-ModelCheckpoint "$folder/quick"; $large | Test-Model $data' | Should -BeNullOrEmpty
        }
        finally {
            $moment.SetValue($null, [timespan]::FromMilliseconds(1))
        }
    }

    It 'is nothing where nobody looks on, and as $ProgressPreference says' {
        Watch '$ProgressPreference = "SilentlyContinue"; $large | Test-Model $data -BatchSize 20' | Should -BeNullOrEmpty
        $script = '$m = [ModelSessions.PowerShell.ModelCmdlet].Assembly.GetType("ModelSessions.PowerShell.WorkBar").GetProperty("Moment", [Reflection.BindingFlags]"Static, NonPublic"); $m.SetValue($null, [timespan]::Zero)
            New-ModelSession Mnist -Layer1 2 -Layer2 2 | Test-Model (Import-ModelDataset) -BatchSize 50 | ForEach-Object Count'
        & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "Import-Module '$((Get-Module ModelSession).Path)'; $script" 2>&1 | Should -Be '2000'
    }
}
