BeforeDiscovery {
    . $PSScriptRoot/Fixtures/HelpPages.ps1
    $commands = Get-Command -Module ModelSession | ForEach-Object Name
    $topics = Get-ChildItem $HelpFolder -Filter about_*.md | ForEach-Object BaseName
    $examples = Get-ChildItem $HelpFolder -Filter *.md | ForEach-Object { Get-HelpExample $_.FullName }
}

Describe 'Help' {
    BeforeAll {
        Set-StrictMode -Version 3
        . $PSScriptRoot/Fixtures/HelpPages.ps1
    }

    It 'tells all of <_>' -ForEach $commands {
        $help = Get-Help $_ -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -BeLike "*$_ [[-]*" -Because 'that is the syntax which Get-Help makes up where there is no help'
        ($help.description | Out-String) | Should -Match ([regex]::Escape("ModelSession\$_"))
        $help.examples.example.Count | Should -BeGreaterOrEqual 3
        $help.examples.example.code | Should -Not -BeNullOrEmpty
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters
        $help.syntax.syntaxItem.Count | Should -Be (Get-Command $_).ParameterSets.Count
        $told = $help.parameters.parameter.Where({ $_.description.Text }).ForEach({ $_.name })
        (Get-Command $_).Parameters.Keys.Where({ $_ -notin $common -and $_ -notin $told }) | Should -BeNullOrEmpty -Because 'all parameters are described'
    }

    It 'finds <_>' -ForEach $topics {
        $text = Get-Help $_
        $text | Should -BeOfType [string]
        ($text -split "`n").TrimEnd() | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
        (Get-Help about_ModelSession*).Name | Should -Contain $_
    }

    It 'runs in <Page>: <Title>' -ForEach $examples {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $printed = Invoke-HelpExample $Setup $Code $folder
        if ($null -eq $Output) {
            return
        }

        if ($env:MODELSESSION_WRITE_HELP) {
            Set-HelpOutput $Page $Code $printed.Replace($folder, '~')
        }
        else {
            Hide-Difference $printed $folder | Should -Be (Hide-Difference $Output '~')
        }
    }
}
