BeforeDiscovery {
    $outputs = (Get-Command -Module ModelSession).OutputType.Type | Where-Object { $_ } | Sort-Object FullName -Unique | ForEach-Object { @{ Type = $_ } }
}

BeforeAll {
    Set-StrictMode -Version 3
    . $PSScriptRoot/Fixtures/OneOfEach.ps1
    $all = Get-OneOfEach $TestDrive
    $session = $all[0]
    # What a long training of a model of long names leaves.
    $other = $session | Copy-ModelSession
    $other | Set-GraphTensor iteration 123456
    $long = $other | Save-ModelCheckpoint $TestDrive/long -Name fine-tuned-handwriting-model.ckpt
    # Of what PowerShell itself shows well.
    $plain = [psobject], [bool], [System.Collections.Specialized.OrderedDictionary], [string], [double], [System.IO.FileInfo], [System.Management.Automation.PSModuleInfo]

    function Get-View($Type, $Control) {
        for ($type = $Type; $type -and $type -ne [object]; $type = $type.BaseType) {
            Get-FormatData -TypeName $type.FullName -PowerShellVersion $PSVersionTable.PSVersion |
                ForEach-Object FormatViewDefinition | Where-Object { $_.Control.GetType().Name -like $Control }
        }
    }
}

Describe 'Views' {
    It 'shows <Type> by a view of its own' -ForEach $outputs {
        if ($Type -notin $plain) {
            Get-View $Type '*Control' | Should -Not -BeNullOrEmpty -Because 'what a cmdlet emits has a view'
        }
    }

    It 'shows each object within <Width> columns, one line an object, without an error' -ForEach @{ Width = 80 }, @{ Width = 120 } {
        $before = $Error.Count
        foreach ($one in $all) {
            $lines = ($one | Out-String -Width $Width).Trim().Split([Environment]::NewLine)
            $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual $Width }
            if (Get-View $one.GetType() 'TableControl') {
                ($lines | Where-Object { $_.Trim() -and $_ -notmatch '^   (Folder|Engine): ' }).Count | Should -BeLessOrEqual 5 -Because "$($one.GetType()) is shown on one line below its header:`n$($lines -join "`n")"
            }
        }

        $Error.Count | Should -Be $before -Because "$($Error | Select-Object -First 1)"
    }

    It 'breaks no header over lines within 80 columns' {
        $many = @(
            $all | ForEach-Object { , @($_) }
            , @($session | Get-GraphTensor -Variable -IncludeValue -Statistics)
            , @($session | Get-GraphTensor)
            , @($session | Get-GraphOperation)
            , @($session | Get-ModelHistory)
            , @($session | Test-Model (Import-ModelDataset Mnist).Validation -Minimum @{ Accuracy = 0.9 })
            , @($session | Measure-Model -Count 1 -WarmUp 0 -BatchSize 1, 8)
            , @($session.Saver)
            , @($session.Graph)
        )
        foreach ($objects in $many) {
            $lines = @(($objects | Out-String -Width 80).Split([Environment]::NewLine) | Where-Object { $_.Trim() -and $_ -notmatch '^   (Folder|Engine): ' })
            $rule = [array]::FindIndex([string[]]$lines, [Predicate[string]] { param($line) $line -match '^[- ]*--[- ]*$' })
            $rule | Should -BeIn -1, 1 -Because "a header is one line:`n$($lines | Select-Object -First 12 | Join-String -Separator "`n")"
        }
    }

    It 'shows the roles of a binding line by line' {
        ($session.Binding | Out-String) | Should -Match '(?m)^loss +train/loss:0$'
    }

    It 'shows lists without an error' {
        $before = $Error.Count
        foreach ($one in $all) {
            $one | Format-List | Out-String -Width 120 | Should -Not -BeNullOrEmpty
        }

        $Error.Count | Should -Be $before -Because "$($Error | Select-Object -First 1)"
    }

    It 'shows a session on one line: model, structure, iteration, loss, engine, folder' {
        $session | Out-String -Width 120 | Should -Match "Mnist +Layer1=2, Layer2=2 +4 +\d\.\d{4} +Embedded +\S*checkpoint"
    }

    It 'shows the history of a session on one line: runs, steps, loss, its course' {
        $session.History | Out-String -Width 80 | Should -Match 'Runs +Steps +First +Last +Loss Course\s+-[- ]+\s+1 +4 +\S+ \S+ +\S+ \S+ +\d\.\d{4} [▁-█]{4}'
        (New-ModelSession Mnist -Layer1 2 -Layer2 2).History | Out-String -Width 80 | Should -Match '\n +0 +0'
    }

    It 'shows <Name> to the last column within 80 columns' -ForEach @(
        @{ Name = 'a session of a long name'; Do = { New-ModelSession MultilayerPerceptron; $session }; Last = 'Folder' }
        @{ Name = 'checkpoints'; Do = { Get-ModelCheckpoint $long.Folder }; Last = 'Protected' }
        @{ Name = 'differences'; Do = { Compare-ModelCheckpoint $session.Directory $long -IncludeEqual }; Last = 'Tensor' }
        @{ Name = 'a restore'; Do = { $session | Restore-ModelCheckpoint $long }; Last = 'Uninitialized' }
        @{ Name = 'statistics'; Do = { $session | Get-GraphTensor -Variable -Statistics }; Last = 'StdDev' }
        @{ Name = 'measurements'; Do = { $session | Measure-Model -Count 1 -WarmUp 0 -BatchSize 1, 256 }; Last = 'Memory' }
        @{ Name = 'a trace'; Do = { $session | Invoke-ModelSession train/beta1_power -Trace }; Last = 'Type' }
        @{ Name = 'errors of a model of numbers'; Do = { New-ModelSession LinearRegression | Test-Model (Import-ModelDataset N -InputArray 1, 2 -LabelArray 150.5, 251.5).Train }; Last = 'Metrics' }
        @{ Name = 'what a limit says'; Do = { $session | Test-Model (Import-ModelDataset Mnist).Validation -Minimum @{ Accuracy = 0.999 } }; Last = 'Metrics' }
        @{ Name = 'an exported graph'; Do = { $session | Export-ModelGraph $TestDrive/model.pb -Output logits, predictions -Frozen -PassThru }; Last = 'Path' }
    ) {
        $lines = (& $Do | Out-String -Width 80).Split([Environment]::NewLine) -match '\S' -notmatch '^   (Folder|Engine): '
        $lines[0] | Should -BeLike "*$Last"
        $lines[1] | Should -Match '^[- ]+$' -Because 'a heading is one line'
    }

    It 'shows a path as one gives it at the prompt' {
        Push-Location $session.Directory
        try {
            $session | Out-String -Width 80 | Should -Match 'Embedded \. *\n'
            Set-Location ..
            $session | Out-String -Width 80 | Should -Match 'Embedded \.[\\/]checkpoint\s'
            Set-Location other
            $session | Out-String -Width 200 | Should -Match "Embedded $([regex]::Escape($session.Directory))\s"
        }
        finally {
            Pop-Location
        }
    }

    It 'writes numbers and times in the same way in any culture' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'en-US'
            $expected = $all | ForEach-Object { $_ | Out-String -Width 200 }
            [cultureinfo]::CurrentCulture = 'de-DE'
            $found = $all | ForEach-Object { $_ | Out-String -Width 200 }
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }

        for ($i = 0; $i -lt $expected.Count; $i++) {
            # A checkpoint may have become a second older, and its column wider.
            $alike = $found[$i], $expected[$i] | ForEach-Object { $_ -replace '\d+ s\b', '0 s' -replace '-+', '-' -replace ' +', ' ' }
            $alike[0] | Should -Be $alike[1]
        }
    }

    It 'writes no colours where output is plain' {
        $before = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'PlainText'
            $all | ForEach-Object { $_ | Out-String } | Should -Not -Match "`e"
        }
        finally {
            $PSStyle.OutputRendering = $before
        }
    }
}
