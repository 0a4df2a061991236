BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
}

Describe 'Set-GraphCollection' {
    BeforeEach {
        $session = New-ModelSession ([LineModel])
    }

    It 'keeps values that come back with a checkpoint: <What>' -ForEach @(
        @{ What = 'texts'; Value = 'one', '' }
        @{ What = 'whole numbers'; Value = 1, -2 }
        @{ What = 'numbers'; Value = 0.25, 1e-3 }
        @{ What = 'truth values'; Value = $true, $false }
    ) {
        $session | Set-GraphCollection mine $Value | Should -BeNullOrEmpty
        $restored = $session | Save-ModelCheckpoint (Join-Path $TestDrive ([guid]::NewGuid())) | Restore-ModelSession
        $restored | Get-GraphCollection mine -ValueOnly | Should -Be $Value
    }

    It 'keeps tables and objects' {
        $session | Set-GraphCollection mine @{ rates = 0.1, 0.01; name = 'x' }, ([pscustomobject]@{ on = $true })
        $values = $session | Get-GraphCollection mine -ValueOnly
        $values[0]['rates'] | Should -Be 0.1, 0.01
        $values[0]['name'] | Should -Be 'x'
        $values[1]['on'] | Should -BeTrue
    }

    It 'keeps tensors and operations by name' {
        $session | Set-GraphCollection outputs ($session | Get-GraphTensor loss, accuracy)
        $session | Get-GraphCollection outputs -ValueOnly | Should -Be 'loss:0', 'accuracy:0'
    }

    It 'adds behind what is there, and removes' {
        $session | Set-GraphCollection mine 1
        $session | Set-GraphCollection mine 2, 3 -Append
        $session | Get-GraphCollection mine -ValueOnly | Should -Be 1, 2, 3
        $session | Set-GraphCollection mine @()
        { $session | Get-GraphCollection mine -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
    }

    It 'passes the session on, on demand' {
        $session | Set-GraphCollection mine 1 -PassThru | Should -Be $session
    }

    It 'changes nothing with -WhatIf' {
        $session | Set-GraphCollection mine 1 -WhatIf
        $session | Get-GraphCollection min* | Should -BeNullOrEmpty
    }

    It 'refuses what is no value, and the module''s own keys' {
        { $session | Set-GraphCollection mine (Get-Process -Id $PID) -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        { $session | Set-GraphCollection model_session/binding 1 -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
    }
}
