BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    Get-ModelSession | Remove-ModelSession -Force
}

Describe 'Get-ModelSession' {
    BeforeAll {
        $line = New-ModelSession ([LineModel]) -Directory TestDrive:/line
        $mnist = New-ModelSession Mnist -Layer1 2 -Layer2 2
    }

    AfterAll {
        $line, $mnist | Where-Object { -not $_.IsDisposed } | Remove-ModelSession -Force
    }

    It 'lists the open sessions in the order in which they were made' {
        (Get-ModelSession).Id | Should -Be $line.Id, $mnist.Id
    }

    It 'finds them by name, with wildcards and without' {
        (Get-ModelSession line).Id | Should -Be $line.Id
        (Get-ModelSession 'M*', 'Mnist').Id | Should -Be $mnist.Id
        Get-ModelSession 'nothing*' | Should -BeNullOrEmpty
    }

    It 'finds them by number' {
        (Get-ModelSession -Id $mnist.Id, $line.Id).Name | Should -Be 'Mnist', 'Line'
    }

    It 'finds them by folder' {
        (Get-ModelSession -Directory TestDrive:/line).Id | Should -Be $line.Id
        (Get-ModelSession -Directory TestDrive:/l*/).Id | Should -Be $line.Id
        Get-ModelSession -Directory TestDrive:/other | Should -BeNullOrEmpty
        $odd = New-ModelSession ([LineModel]) -Directory 'TestDrive:/of [2] parts'
        (Get-ModelSession -Directory $odd.Directory).Id | Should -Be $odd.Id
        $odd | Remove-ModelSession
    }

    It 'tells what there is when a name or a number is not found, and goes on' {
        $found = Get-ModelSession nothing, Line -ErrorAction SilentlyContinue -ErrorVariable failure
        $found.Id | Should -Be $line.Id
        $failure.FullyQualifiedErrorId | Should -Be 'SessionNotFound,ModelSessions.PowerShell.GetModelSessionCommand'
        $failure.CategoryInfo.Category, $failure.TargetObject | Should -Be 'ObjectNotFound', 'nothing'
        "$failure" | Should -BeLike "*$($line.Id): Line*"
        { Get-ModelSession -Id 1000000 -ErrorAction Stop } | Should -Throw -ErrorId 'SessionNotFound,*'
    }

    It 'shows a session on one line' {
        ($mnist | Format-Table | Out-String -Width 140).TrimEnd().Split([Environment]::NewLine)[-1] | Should -Match "^\s*$($mnist.Id)\s+Mnist\s+Layer1=2, Layer2=2\s+0\s+Embedded"
    }

    It 'completes names and numbers' {
        (TabExpansion2 'Get-ModelSession L').CompletionMatches.CompletionText | Should -Be Line
        (TabExpansion2 'Get-ModelSession -Id ').CompletionMatches.CompletionText | Should -Be $line.Id, $mnist.Id
    }

    It 'does not list what was closed, nor keep alive what nobody holds' {
        (New-ModelSession ([LineModel])).Dispose()
        1..5 | ForEach-Object { $null = New-ModelSession ([LineModel]) }
        for ($i = 0; $i -lt 10; $i++) {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
        }

        # PowerShell itself may still hold the last one.
        @(Get-ModelSession).Count | Should -BeLessOrEqual 3
        (Get-ModelSession)[0, 1].Id | Should -Be $line.Id, $mnist.Id
    }
}
