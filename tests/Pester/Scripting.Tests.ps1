BeforeDiscovery {
    # Of each cmdlet: what it is given besides, and a good object between two bad ones.
    $sessions = @(
        @{ Cmdlet = 'Copy-ModelSession'; Arguments = @{} }
        @{ Cmdlet = 'Export-ModelBinding'; Arguments = @{} }
        @{ Cmdlet = 'Export-ModelCommand'; Arguments = @{ Path = 'TestDrive:/Digits'; Name = 'Get-Digit'; PassThru = $true; Force = $true; WarningAction = 'Ignore' } }
        @{ Cmdlet = 'Export-ModelGraph'; Arguments = @{ Path = 'TestDrive:/graph.pb'; PassThru = $true; WarningAction = 'Ignore' } }
        @{ Cmdlet = 'Get-GraphCollection'; Arguments = @{} }
        @{ Cmdlet = 'Get-GraphOperation'; Arguments = @{} }
        @{ Cmdlet = 'Get-GraphTensor'; Arguments = @{} }
        @{ Cmdlet = 'Get-ModelCheckpoint'; Arguments = @{} }
        @{ Cmdlet = 'Get-ModelHistory'; Arguments = @{} }
        @{ Cmdlet = 'Get-ModelSignature'; Arguments = @{} }
        @{ Cmdlet = 'Import-ModelBinding'; Arguments = @{ Binding = @{ weights = 'w:0' } } }
        @{ Cmdlet = 'Initialize-ModelSession'; Arguments = @{ PassThru = $true } }
        @{ Cmdlet = 'Invoke-ModelSession'; Arguments = @{ Fetch = 'w' } }
        @{ Cmdlet = 'Invoke-ModelTraining'; Arguments = @{ Data = 'data'; Steps = 1 } }
        @{ Cmdlet = 'Measure-Model'; Arguments = @{ Count = 1; WarmUp = 0 } }
        @{ Cmdlet = 'Remove-ModelSession'; Arguments = @{ Force = $true }; IsSilent = $true }
        @{ Cmdlet = 'Restore-ModelCheckpoint'; Arguments = @{ Path = 'checkpoint' } }
        @{ Cmdlet = 'Save-ModelCheckpoint'; Arguments = @{ Path = 'TestDrive:/saved' } }
        @{ Cmdlet = 'Set-GraphCollection'; Arguments = @{ Name = 'notes'; Value = 'one'; PassThru = $true } }
        @{ Cmdlet = 'Set-GraphTensor'; Arguments = @{ Name = 'iteration'; Value = 1 }; IsSilent = $true }
        @{ Cmdlet = 'Test-Model'; Arguments = @{ Data = 'data' } }
    )
    $paths = @(
        @{ Cmdlet = 'Copy-ModelCheckpoint'; Arguments = @{ Destination = 'TestDrive:/copies' }; IsSilent = $true }
        @{ Cmdlet = 'Get-ModelCheckpoint'; Arguments = @{} }
        @{ Cmdlet = 'Get-ModelHistory'; Arguments = @{} }
        @{ Cmdlet = 'Protect-ModelCheckpoint'; Arguments = @{ PassThru = $true } }
        @{ Cmdlet = 'Remove-ModelCheckpoint'; Arguments = @{ WhatIf = $true }; IsSilent = $true }
        @{ Cmdlet = 'Restore-ModelSession'; Arguments = @{} }
        @{ Cmdlet = 'Test-ModelCheckpoint'; Arguments = @{} }
        @{ Cmdlet = 'Unprotect-ModelCheckpoint'; Arguments = @{ PassThru = $true } }
    )
}

Describe 'Errors of cmdlets' {
    BeforeAll {
        . $PSScriptRoot/Fixtures/LineModel.ps1
        Set-StrictMode -Version 3
        $data = Import-ModelDataset
        $good = New-ModelSession ([LineModel]) -Directory TestDrive:/good | Invoke-ModelTraining $data -Steps 1
        $right = ($good | Save-ModelCheckpoint).Prefix
        $closed = New-ModelSession ([LineModel])
        $closed.Dispose()
        function Get-Argument([hashtable] $Arguments) {
            $given = @{}
            foreach ($name in $Arguments.Keys) {
                $value = $Arguments[$name]
                $given[$name] = $value -is [string] -and $value -ceq 'data' ? $data : $value -is [string] -and $value -ceq 'checkpoint' ? $right : $value
            }

            $given
        }
    }

    AfterAll {
        Get-ModelSession | Remove-ModelSession -Force
    }

    Describe '<Cmdlet>, given closed sessions' -ForEach $sessions {
        It 'goes on with the open one, tells each failure, and sets $?' {
            $given = Get-Argument $Arguments
            $work = $Cmdlet -eq 'Remove-ModelSession' ? (New-ModelSession ([LineModel])) : $good
            $output = $closed, $work, $closed | & $Cmdlet @given -ErrorAction SilentlyContinue -ErrorVariable failures
            $? | Should -BeFalse
            @($failures).Count | Should -Be 2
            foreach ($failure in $failures) {
                $failure.FullyQualifiedErrorId | Should -BeLike "SessionClosed,ModelSessions.PowerShell.*"
                $failure.CategoryInfo.Category | Should -Be ResourceUnavailable
                $failure.TargetObject | Should -Be $closed
            }

            @($output).Count -gt 0 | Should -Be (-not $_.ContainsKey('IsSilent'))
        }

        It 'ends the script with -ErrorAction Stop, and by the preference' {
            $given = Get-Argument $Arguments
            { $closed | & $Cmdlet @given -ErrorAction Stop } | Should -Throw -ErrorId 'SessionClosed,*'
            { $ErrorActionPreference = 'Stop'; $closed | & $Cmdlet @given } | Should -Throw -ErrorId 'SessionClosed,*'
        }
    }

    Describe '<Cmdlet>, given paths of which two are wrong' -ForEach $paths {
        It 'goes on with the right one and tells each failure' {
            $given = Get-Argument $Arguments
            $output = 'TestDrive:/nowhere/a.ckpt', $right, 'TestDrive:/nowhere/b.ckpt' | & $Cmdlet @given -ErrorAction SilentlyContinue -ErrorVariable failures
            @($failures).Count | Should -Be 2
            $failures.FullyQualifiedErrorId | Select-Object -Unique | Should -BeLike '*NotFound,ModelSessions.PowerShell.*'
            $failures.TargetObject | Should -Be 'TestDrive:/nowhere/a.ckpt', 'TestDrive:/nowhere/b.ckpt'
            @($output).Count -gt 0 | Should -Be (-not $_.ContainsKey('IsSilent'))
            { 'TestDrive:/nowhere/a.ckpt' | & $Cmdlet @given -ErrorAction Stop } | Should -Throw -ErrorId '*NotFound,*'
        }
    }

    It 'of <Cmdlet> are looked at here' -ForEach @(
        (Get-Command -Module ModelSession | Where-Object { $_.ParameterSets.Parameters.Where({ $_.ValueFromPipeline -and $_.ParameterType -eq [ModelSessions.ModelSession[]] }) }).Name |
            ForEach-Object { @{ Cmdlet = $_; IsListed = $_ -in $sessions.Cmdlet } }
    ) {
        $IsListed | Should -BeTrue -Because 'a row of it belongs into the table of sessions'
    }
}

Describe 'A script that is run by a scheduler' {
    BeforeAll {
        function Invoke-Script([string] $Body, [string] $Extra = '') {
            $file = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
            "Set-StrictMode -Version 3; `$ErrorActionPreference = 'Stop'; Import-Module ModelSession`n$Body" | Set-Content $file
            $output = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $file 2>&1
            [pscustomobject]@{ ExitCode = $LASTEXITCODE; Output = ($output | Out-String) }
        }
    }

    It 'ends with 0 when all went well, and prints no progress and no colours of ours' {
        $run = Invoke-Script @'
$s = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))
$null = $s | Invoke-ModelTraining (Import-ModelDataset) -Steps 30 -BatchSize 10 -SaveOnStop
"at $($s.Iteration)"
$s | Remove-ModelSession
Remove-Item -Recurse $s.Directory
'@
        $run.ExitCode | Should -Be 0
        $run.Output.Trim() | Should -Be 'at 30'
    }

    It 'ends with 1 at an error: <Name>' -ForEach @(
        @{ Name = 'a missing checkpoint'; Body = "Restore-ModelSession ./nowhere; 'after'" }
        @{ Name = 'training that would be lost'; Body = "New-ModelSession Mnist -Layer1 2 -Layer2 2 | Invoke-ModelTraining (Import-ModelDataset) -Steps 1 -BatchSize 5 | Remove-ModelSession; 'after'" }
        @{ Name = 'a value that no parameter takes'; Body = "New-ModelSession Mnist -Layer1 no; 'after'" }
        @{ Name = 'a definition that fails'; Body = "New-ModelSession { param(`$g) throw 'broken' }; 'after'" }
    ) {
        $run = Invoke-Script $Body
        $run.ExitCode | Should -Be 1
        $run.Output | Should -Not -Match '(?m)^after'
    }

    It 'saves what was learnt when it is asked to go (SIGTERM), with -SaveOnStop' -Skip:$IsWindows {
        $folder = Join-Path $TestDrive terminated
        $file = Join-Path $TestDrive long.ps1
        @"
Import-Module ModelSession
New-ModelSession Mnist -Layer1 2 -Layer2 2 -Directory '$folder' | Invoke-ModelTraining (Import-ModelDataset) -Steps 1000000 -BatchSize 5 -SaveOnStop -CheckpointInterval 10
"@ | Set-Content $file
        $process = Start-Process ([Environment]::ProcessPath) '-NoProfile', '-NonInteractive', '-File', $file -PassThru -RedirectStandardOutput "$TestDrive/out" -RedirectStandardError "$TestDrive/err"
        try {
            for ($i = 0; $i -lt 600 -and -not (Test-Path $folder/checkpoint); $i++) { Start-Sleep -Milliseconds 100 }
            & kill -TERM $process.Id
            $process.WaitForExit(20000) | Should -BeTrue
        } finally {
            if (-not $process.HasExited) { $process.Kill() }
        }

        Get-Content "$TestDrive/err" | Should -BeNullOrEmpty
        $session = Restore-ModelSession $folder
        $session.History.Runs[-1].StopReason | Should -Be Stopped
        $session | Remove-ModelSession
    }

    It 'ends the training in order at SIGINT, runs finally blocks, and does not end with 0' -Skip:$IsWindows {
        $folder = Join-Path $TestDrive interrupted
        $file = Join-Path $TestDrive interrupted.ps1
        @"
Import-Module ModelSession
try {
    New-ModelSession Mnist -Layer1 2 -Layer2 2 -Directory '$folder' | Invoke-ModelTraining (Import-ModelDataset) -Steps 1000000 -BatchSize 5 -SaveOnStop -CheckpointInterval 10
    'after'
}
finally { Set-Content '$TestDrive/finally.txt' done }
"@ | Set-Content $file
        $process = Start-Process ([Environment]::ProcessPath) '-NoProfile', '-NonInteractive', '-File', $file -PassThru -RedirectStandardOutput "$TestDrive/out" -RedirectStandardError "$TestDrive/err"
        try {
            for ($i = 0; $i -lt 600 -and -not (Test-Path $folder/checkpoint); $i++) { Start-Sleep -Milliseconds 100 }
            & kill -INT $process.Id
            $process.WaitForExit(20000) | Should -BeTrue
        } finally {
            if (-not $process.HasExited) { $process.Kill() }
        }

        # pwsh itself ends with 0, mostly; a failure of its own is left as it is.
        $process.ExitCode | Should -BeIn 130, 1
        Get-Content $TestDrive/finally.txt | Should -Be done
        Get-Content $TestDrive/out | Should -Not -Contain after
        $session = Restore-ModelSession $folder
        $session.History.Runs[-1].StopReason | Should -Be Stopped
        $session | Remove-ModelSession
    }

    It 'gives a job sessions of its own and brings plain objects back' {
        $result = Start-Job { Import-Module ModelSession; New-ModelSession Mnist -Layer1 2 -Layer2 2 | Test-Model (Import-ModelDataset).Validation } | Receive-Job -Wait -AutoRemoveJob
        $result.Count | Should -Be 1000
        $result.Accuracy | Should -BeGreaterThan 0
    }

    It 'tells what to do with a session or data that came out of another process, and goes on with the next session' {
        $own = New-ModelSession Mnist -Layer1 2 -Layer2 2
        $data = Import-ModelDataset
        $own, $data | Export-Clixml TestDrive:/out.xml
        $session, $copy = Import-Clixml TestDrive:/out.xml
        @($session, $own | Test-Model $data.Validation -ErrorVariable failures -ErrorAction SilentlyContinue) | Should -HaveCount 1
        "$failures" | Should -BeLike '*stayed in its process*Save-ModelCheckpoint*Restore-ModelSession*'
        foreach ($cmdlet in (Get-Command -Module ModelSession -ParameterName Session | Where-Object { $_.Parameters.Session.ParameterType -ne [ModelSessions.ModelSession] })) {
            $failure = $null
            $arguments = @{}
            foreach ($parameter in $cmdlet.ParameterSets.Where({ $_.Parameters.Name -contains 'Session' })[0].Parameters.Where({ $_.IsMandatory -and $_.Name -ne 'Session' })) {
                $arguments[$parameter.Name] = $parameter.Name -eq 'Data' ? $data : 'Get-Thing'
            }

            try { $session | & $cmdlet @arguments -ErrorAction Stop } catch { $failure = $_ }
            "$($cmdlet.Name): $failure" | Should -BeLike '*stayed in its process*'
        }

        { $own | Test-Model $copy -ErrorAction Stop } | Should -Throw '*Import them here*'
        { $own | Invoke-ModelTraining $copy -Steps 1 -ErrorAction Stop } | Should -Throw '*Import them here*'
    }

    It 'goes on with checkpoints that a job listed' {
        $folder = Join-Path $TestDrive job
        $checkpoint = Start-Job { Import-Module ModelSession; New-ModelSession Mnist -Layer1 2 -Layer2 2 | Save-ModelCheckpoint $using:folder } | Receive-Job -Wait -AutoRemoveJob
        ($checkpoint | Test-Model (Import-ModelDataset).Validation).Count | Should -Be 1000
        ($checkpoint | Restore-ModelSession).Iteration | Should -Be 0
        ($checkpoint | Get-GraphTensor iteration).DType | Should -Be Int32
        ($checkpoint | Get-GraphOperation -Type Softmax).Type | Should -Be Softmax
        Remove-Item $folder -Recurse
        { $checkpoint | Test-Model (Import-ModelDataset) -ErrorAction Stop } | Should -Throw '*model.ckpt-0*'
    }

    It 'holds no more memory after 60 rounds of create, save, restore and <Name> than after 20' -ForEach @{ Name = 'remove'; Forget = $false }, @{ Name = 'forget'; Forget = $true } {
        $script = "& '$PSScriptRoot/Fixtures/SessionCycles.ps1' -Count 60 -Every 20 -Forget:`$$Forget | ConvertTo-Json -Compress"
        $seen = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command $script | ConvertFrom-Json
        $seen.Cycles | Should -Be 0, 20, 40, 60
        ($seen[3].ManagedHeapMiB - $seen[1].ManagedHeapMiB) | Should -BeLessThan 2
        ($seen[3].WorkingSetMiB - $seen[1].WorkingSetMiB) | Should -BeLessThan 80
        $seen[3].Open | Should -BeLessOrEqual 2
        $seen[3].Threads | Should -BeLessThan ($seen[1].Threads + 10)
    }
}
