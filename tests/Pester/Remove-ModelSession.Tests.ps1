BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    Get-ModelSession | Remove-ModelSession -Force
    $data = Import-ModelDataset
}

Describe 'Remove-ModelSession' {
    It 'closes sessions: from the pipeline, as an argument, by name, by number' {
        $sessions = 1..5 | ForEach-Object { New-ModelSession ([LineModel]) }
        $sessions[0] | Remove-ModelSession
        Remove-ModelSession $sessions[1]
        Remove-ModelSession -Id $sessions[2].Id
        Remove-ModelSession -Name L*
        $sessions.IsDisposed | Should -Be $true, $true, $true, $true, $true
        Get-ModelSession | Should -BeNullOrEmpty
    }

    It 'does nothing with -WhatIf' {
        $session = New-ModelSession ([LineModel])
        $session | Remove-ModelSession -WhatIf
        $session.IsDisposed | Should -BeFalse
        $session | Remove-ModelSession
    }

    It 'does not lose training where nobody can be asked' {
        $session = New-ModelSession ([LineModel]) | Invoke-ModelTraining $data -Steps 2
        $shell = [powershell]::Create()
        $null = $shell.AddScript('param($session) Import-Module ModelSession; $session | Remove-ModelSession -ErrorAction SilentlyContinue -ErrorVariable failure; $failure').AddArgument($session)
        $failure = $shell.Invoke()
        $shell.Dispose()
        $failure.FullyQualifiedErrorId | Should -BeLike 'SessionNotSaved,*'
        "$failure" | Should -BeLike '*2 steps*Save-ModelCheckpoint*-Force*'
        $session.IsDisposed | Should -BeFalse
        $session | Remove-ModelSession -Confirm:$false
        $session.IsDisposed | Should -BeTrue
    }

    It 'does not lose training where the input has ended' {
        $script = Join-Path $TestDrive ended.ps1
        Set-Content $script @'
Import-Module ModelSession
$s = New-ModelSession LinearRegression -Inputs 1
$null = Import-ModelDataset X -InputArray 1, 2 -LabelArray 1.5, 2.5 -OutVariable x
$null = $s | Invoke-ModelTraining $x[0] -Steps 2
$s | Remove-ModelSession -ErrorAction SilentlyContinue -ErrorVariable failure
"$($failure.FullyQualifiedErrorId) $($s.IsDisposed)"
'@
        $null | & ([Environment]::ProcessPath) -NoProfile -File $script | Select-Object -Last 1 | Should -BeLike '*SessionNotSaved,*False'
    }

    It 'asks nothing when training is saved, or with -Force' {
        $saved = New-ModelSession ([LineModel]) -Directory TestDrive:/saved | Invoke-ModelTraining $data -Steps 2
        $null = $saved | Save-ModelCheckpoint
        $saved | Remove-ModelSession
        $unsaved = New-ModelSession ([LineModel]) | Invoke-ModelTraining $data -Steps 2
        $unsaved | Remove-ModelSession -Force
        $saved.IsDisposed, $unsaved.IsDisposed | Should -Be $true, $true
    }

    It 'goes on after one that is closed already' {
        $closed, $open = 1..2 | ForEach-Object { New-ModelSession ([LineModel]) }
        $closed.Dispose()
        $closed, $open | Remove-ModelSession -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
        $open.IsDisposed | Should -BeTrue
    }

    It 'is not needed when the module is removed: that closes the sessions of its runspace, and no others' {
        $mine = New-ModelSession ([LineModel])
        $shell = [powershell]::Create()
        $theirs = $shell.AddScript('Import-Module ModelSession; $s = New-ModelSession Mnist -Layer1 2 -Layer2 2; $s; Remove-Module ModelSession; $s.IsDisposed').Invoke()
        $shell.Dispose()
        $theirs[1] | Should -BeTrue
        $mine.IsDisposed | Should -BeFalse
        $mine | Remove-ModelSession
    }
}
