// The packages that grype would look for vulnerabilities of, for ci/interop: of each argument, an SBOM ("sbom:FILE") or
// an image ("oci-dir:DIRECTORY"), a line of JSON for each package. No database of vulnerabilities is needed for that.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/anchore/grype/grype/pkg"
	"github.com/anchore/syft/syft"
	_ "modernc.org/sqlite" // rpm databases
)

type found struct {
	Type, Name, Version, Purl, Distro string
	Upstreams                         []string
}

func main() {
	config := pkg.ProviderConfig{SyftProviderConfig: pkg.SyftProviderConfig{SBOMOptions: syft.DefaultCreateSBOMConfig()}}
	out := json.NewEncoder(os.Stdout)
	for _, input := range os.Args[1:] {
		packages, _, _, err := pkg.Provide(input, config)
		if err != nil {
			log.Fatal(input, ": ", err)
		}
		for _, one := range packages {
			each := found{Type: string(one.Type), Name: one.Name, Version: one.Version, Purl: one.PURL}
			if one.Distro != nil {
				each.Distro = one.Distro.String()
			}
			for _, upstream := range one.Upstreams {
				each.Upstreams = append(each.Upstreams, upstream.Name+"@"+upstream.Version)
			}
			if err := out.Encode(each); err != nil {
				log.Fatal(err)
			}
		}
	}
}
