BeforeAll {
    Set-StrictMode -Version 3
    . $PSScriptRoot/Fixtures/LineModel.ps1
}

Describe 'Set-GraphTensor' {
    BeforeEach {
        $session = New-ModelSession ([LineModel]) -Pixels 2
    }

    It 'gives a variable <Name>' -ForEach @(
        @{ Name = 'lists of lists'; Value = @(, (1..10)) + @(, (11..20)); Expected = 1..20 }
        @{ Name = 'an array of rank 2'; Value = [System.Array]::CreateInstance([float], 2, 10); Expected = , 0 * 20 }
    ) {
        $session | Set-GraphTensor w 9
        $session | Set-GraphTensor w $Value
        $session.ReadVariable('w').ToArray() | Should -Be $Expected
    }

    It 'fills it with a number' {
        $session | Set-GraphTensor w 0.5
        $session.ReadVariable('w').ToArray() | Should -Be (, 0.5 * 20)
        $session | Set-GraphTensor iteration 7
        $session.Iteration | Should -Be 7
    }

    It 'takes the name of <_>' -ForEach 'w', 'w:0', 'w/read', 'w*' {
        $session | Set-GraphTensor $_ 1
        $session.ReadVariable('w').ToArray() | Should -Be (, 1 * 20)
    }

    It 'sets a part' {
        $session | Set-GraphTensor w 1 -Slice '0, ::2'
        $session.ReadVariable('w').ToArray() | Should -Be ((1, 0 * 5) + (, 0 * 10))
        $session | Set-GraphTensor w (2, 3) -Slice ':, -1'
        $session.ReadVariable('w').ToArray()[9, 19] | Should -Be 2, 3
    }

    It 'takes what Get-GraphTensor read, of another session' {
        $other = New-ModelSession ([LineModel]) -Pixels 2
        $other | Set-GraphTensor w 3
        $other | Get-GraphTensor -Variable -IncludeValue | Set-GraphTensor -Session $session
        $session.ReadVariable('w').ToArray() | Should -Be (, 3 * 20)
        $other | Set-GraphTensor w 4
        $other | Get-GraphTensor w -Slice '1' -IncludeValue | Set-GraphTensor -Session $session
        $session.ReadVariable('w').ToArray() | Should -Be ((, 3 * 10) + (, 4 * 10))
        $session | Set-GraphTensor w ($other | Get-GraphTensor w -IncludeValue)
        $session.ReadVariable('w').ToArray() | Should -Be (, 4 * 20)
    }

    It 'says how a part is meant' {
        { $session | Set-GraphTensor 'w[3]' 7 -ErrorAction Stop } | Should -Throw '*A part is meant by -Slice.'
    }

    It 'changes nothing with -WhatIf' {
        $session | Set-GraphTensor w 1 -WhatIf
        $session.ReadVariable('w').ToArray() | Should -Be (, 0 * 20)
    }

    It 'passes the session on' {
        $session | Set-GraphTensor w 1 -PassThru | Should -Be $session
        $session | Set-GraphTensor w 1 | Should -BeNullOrEmpty
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'another shape'; Target = 'w'; Value = 1..20; Id = 'GraphInvalid,*'; Message = '*`[2, 10`]*float32 `[20`]*as many elements*' }
        @{ Name = 'another type'; Target = 'w'; Value = [ModelSessions.Tensor]::Scalar([double]1); Id = 'GraphInvalid,*'; Message = '*float32*float64*' }
        @{ Name = 'a text for a number'; Target = 'w'; Value = 'much'; Id = 'InvalidArgument,*'; Message = "*takes float32; 'much'*" }
        @{ Name = 'what is no variable'; Target = 'loss'; Value = 1; Id = 'GraphInvalid,*'; Message = '*only variables*' }
        @{ Name = 'what is not there'; Target = 'v'; Value = 1; Id = 'GraphNameNotFound,*'; Message = '*v*' }
        @{ Name = 'a pattern of several'; Target = '*'; Value = 1; Id = 'InvalidArgument,*'; Message = '*matches 2 variables*' }
    ) {
        $failure = { $session | Set-GraphTensor $Target $Value -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike $Id
        $failure.Exception.Message | Should -BeLike $Message
        $session.ReadVariable('w').ToArray() | Should -Be (, 0 * 20)
    }

    It 'completes variables' {
        $global:line = $session
        try {
            (TabExpansion2 '$line | Set-GraphTensor it').CompletionMatches.CompletionText | Should -Be 'iteration'
        }
        finally {
            Remove-Variable line -Scope Global
        }
    }
}
