BeforeDiscovery {
    $root = Convert-Path (Join-Path $PSScriptRoot ../..)
    $hasAnalyzer = [bool](Get-Module PSScriptAnalyzer -ListAvailable)
    $shown = Get-ChildItem $root/build.ps1, $root/examples/*.ps1, $root/tests/Pester/Invoke-Tests.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
    $tests = Get-ChildItem $root/tests/Pester -Recurse -Filter *.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

BeforeAll {
    # TypeNotFound: the analyzer does not import the module. PSUseBOMForUnicodeEncodedFile: PowerShell 7 reads UTF-8 without a mark.
    $nowhere = 'TypeNotFound', 'PSUseBOMForUnicodeEncodedFile'
    # What the rules do not know of Pester: variables of a BeforeAll live on in its tests, helpers change nothing but a test's own files, and
    # completion sees global variables only; blocks with parameters of their own are run in threads.
    $notInTests = 'PSUseDeclaredVarsMoreThanAssignments', 'PSUseShouldProcessForStateChangingFunctions', 'PSAvoidGlobalVars', 'PSReviewUnusedParameter', 'PSAvoidUsingPositionalParameters', 'PSUseUsingScopeModifierInNewRunspaces'
    function Get-Finding([string] $Path, [string[]] $ExcludeRule) {
        Invoke-ScriptAnalyzer -Path $Path -ExcludeRule $ExcludeRule | Where-Object RuleName -NotIn $nowhere | ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName): $($_.Message)" }
    }
}

Describe 'PSScriptAnalyzer' -Skip:(-not $hasAnalyzer) {
    It 'finds nothing in <Name>' -ForEach $shown {
        Get-Finding $Path $nowhere | Should -BeNullOrEmpty
    }

    It 'finds nothing in the tests, <Name>' -ForEach $tests {
        Get-Finding $Path ($nowhere + $notInTests) | Should -BeNullOrEmpty
    }
}
